#include "report/tables/history_tables.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "report/charts/control_charts.h"
#include "report/tables/compared_cells.h"

namespace scalemark::report {
namespace {

using analysis::CaseHistory;
using analysis::History;

/// A shift with what stands around it.
struct ShiftLine {
  std::string name;
  const analysis::Run* run;
  const analysis::Run* before;
  const analysis::Shift* shift;
};

std::vector<ShiftLine> shift_lines(const History& history) {
  std::vector<ShiftLine> lines;
  for (const CaseHistory& one : history.cases) {
    for (const analysis::Shift& shift : one.shifts) {
      const auto step = std::ranges::find(one.steps, shift.run, &analysis::RunStep::run);
      lines.push_back({one.key.name, &history.runs[shift.run], &history.runs[std::prev(step)->run], &shift});
    }
  }
  std::ranges::stable_sort(lines, [](const ShiftLine& a, const ShiftLine& b) { return a.shift->run > b.shift->run; });
  return lines;
}

Section shift_section(const History& history) {
  Columns<ShiftLine> columns;
  columns.text("case", "case", &ShiftLine::name)
      .text("since", "since", [](const ShiftLine& line) { return line.run->created; })
      .text("file", "file", [](const ShiftLine& line) { return line.run->name; })
      .text("", "file_before", [](const ShiftLine& line) { return line.before->name; })
      .text("step time", "", [](const ShiftLine& line) { return signed_percent(line.shift->ratio - 1.0); })
      .number("", "ratio", Unit::kNone, [](const ShiftLine& line) { return line.shift->ratio; })
      .text("p", "", [](const ShiftLine& line) { return p_value_text(line.shift->p_value); })
      .number("", "p_value_adjusted", Unit::kNone, [](const ShiftLine& line) { return line.shift->p_value; })
      .text("new", "is_new", [](const ShiftLine& line) { return std::string(line.shift->is_new ? "yes" : "no"); })
      .text("what changed", "changes", [](const ShiftLine& line) {
        return line.shift->changes.empty() ? "nothing that is recorded"
                                           : fmt::format("{}", fmt::join(line.shift->changes, "; "));
      });
  return {"Shifts", analysis::history_criteria(history.threshold),
          columns.table("trend_shifts", "No shift.", shift_lines(history))};
}

/// The last run of a case beside the level that it belongs to.
struct LastLine {
  const CaseHistory* one;
  const analysis::RunStep& step() const { return one->steps.back(); }
  const analysis::RunLevel& level() const { return one->levels.back(); }
};

Section case_section_of(const History& history) {
  std::vector<LastLine> lines;
  for (const CaseHistory& one : history.cases) lines.push_back({&one});
  Columns<LastLine> columns;
  columns.text("case", "case", [](const LastLine& line) { return line.one->key.name; })
      .count("runs", "runs", [](const LastLine& line) { return line.one->steps.size(); })
      .interval("last run", "last_step_seconds", Unit::kSeconds,
                [](const LastLine& line) { return line.step().seconds; })
      .interval("level and limits", "level_seconds", Unit::kSeconds,
                [](const LastLine& line) { return line.level().seconds; })
      .text("outside", "outside",
            [](const LastLine& line) { return std::string(line.step().is_outside ? "yes" : "no"); })
      .text("status", "status",
            [](const LastLine& line) { return line.one->broken_now.empty() ? "ok" : line.one->broken_now; });
  Section section{"Cases", "", columns.table("trend_cases", "No case has a time in two runs.", lines)};
  section.figures = control_charts(history);
  return section;
}

/// One run of a case.
struct StepLine {
  std::string name;
  const analysis::Run* run;
  const analysis::RunStep* step;
};

/// Every number, for a program.
Section complete_section_of(const History& history) {
  std::vector<StepLine> lines;
  for (const CaseHistory& one : history.cases) {
    for (const analysis::RunStep& step : one.steps) lines.push_back({one.key.name, &history.runs[step.run], &step});
  }
  Columns<StepLine> columns;
  columns.text("case", "case", &StepLine::name)
      .text("created", "created", [](const StepLine& line) { return line.run->created; })
      .text("file", "file", [](const StepLine& line) { return line.run->name; })
      .interval("step time", "step_mean_seconds", Unit::kSeconds,
                [](const StepLine& line) { return line.step->seconds; })
      .text("outside", "outside",
            [](const StepLine& line) { return std::string(line.step->is_outside ? "yes" : "no"); });
  return {"", "", columns.table("trend", "", lines)};
}

}  // namespace

std::string history_summary(const History& history) {
  std::vector<std::string> news;
  std::size_t known = 0;
  for (const CaseHistory& one : history.cases) {
    for (const analysis::Shift& shift : one.shifts) {
      if (!shift.is_new) ++known;
      if (shift.is_new) news.push_back(fmt::format("{}: {}", one.key.name, signed_percent(shift.ratio - 1.0)));
    }
    if (!one.broken_now.empty()) news.push_back(fmt::format("{}: {}", one.key.name, one.broken_now));
  }
  const std::string runs =
      fmt::format("{}, {}", counted(history.runs.size(), "run"), counted(history.cases.size(), "case"));
  if (!news.empty()) return fmt::format("{}: the last run shows a change: {}.", runs, fmt::join(news, "; "));
  return fmt::format("{}: no new shift{}.", runs, known == 0 ? "" : fmt::format(" ({} known)", known));
}

SectionPage history_page(const History& history, const std::string& title) {
  return {"trend",
          title.empty() ? "Trend" : fmt::format("Trend of {}", title),
          history_summary(history),
          {shift_section(history), case_section_of(history), refused_section("trend_refused", history.refused),
           complete_section_of(history)}};
}

}  // namespace scalemark::report
