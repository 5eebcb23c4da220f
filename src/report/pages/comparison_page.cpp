#include "report/pages/comparison_page.h"

#include <fmt/format.h>

#include <optional>

#include "analysis/significance.h"
#include "core/quantity_text.h"
#include "report/pages/documents.h"
#include "report/pages/markdown.h"
#include "report/tables/columns.h"
#include "report/tables/csv.h"

namespace scalemark::report {
namespace {

std::string headline(const analysis::Comparison& comparison) {
  std::vector<std::string> parts;
  for (const analysis::Verdict verdict : {analysis::Verdict::kSlower, analysis::Verdict::kFaster,
                                          analysis::Verdict::kSame, analysis::Verdict::kUnclear}) {
    const std::size_t count = comparison.count(verdict);
    if (count > 0) parts.push_back(fmt::format("{} {}", count, analysis::to_string(verdict)));
  }
  if (comparison.lost() > 0) parts.push_back(fmt::format("{} lost", comparison.lost()));
  const char* what = comparison.of_collectives ? "Collectives" : "Step times";
  if (parts.empty()) return fmt::format("{}: nothing could be compared", what);
  return fmt::format("{}: {} of {} compared {}(s)", what, fmt::join(parts, ", "), comparison.cases.size(),
                     comparison.of_collectives ? "size" : "case");
}

/// What the intervals are taken over, and what they do not hold.
std::string unit_text(analysis::ComparisonUnit unit) {
  switch (unit) {
    case analysis::ComparisonUnit::kRepetition:
      return "over the repetitions of two jobs, which are not paired (Welch's t). Two files cannot show how much whole "
             "jobs vary: repeat the jobs, and give all of them (`--base A1.h5 A2.h5 ... --new B1.h5 ...`)";
    case analysis::ComparisonUnit::kJob:
      return "over whole jobs, each with its mean (Welch's t), so that what varies from job to job is in it";
    case analysis::ComparisonUnit::kRound:
      break;
  }
  return "over rounds of a base job and a new job that took turns, each with its mean (paired t), so that a drift of "
         "the machine cancels and what varies from job to job is in it";
}

std::string explanation(const analysis::Comparison& comparison) {
  return fmt::format(
      "`new / base` is the ratio of the mean {3} with its 95 % interval {1}. Slower and faster: the change is "
      "beyond {0} with p < 0.05, adjusted by Holm over all compared cases, so that a comparison without such a change "
      "calls one in at most 5 of 100 times. Same: the whole interval lies within {0}. A slow-down of the size in "
      "\"found in 80 %\" would be called slower in 80 of 100 such comparisons. With fewer than {2} repetitions or "
      "jobs on a side an interval assumes that they are independent. So few cannot show whether they are.",
      to_text(comparison.threshold, Unit::kFraction), unit_text(comparison.unit), analysis::kFewestForDrift,
      comparison.of_collectives ? "times of a collective, each of its slowest rank," : "step times");
}

/// A case that was compared, or one that was not.
struct ComparedLine {
  analysis::CaseKey key;
  const analysis::ComparedCase* compared = nullptr;
  std::string verdict;
  std::string remark;
  std::optional<analysis::ComparedCollective> collective{};
};

/// A getter of one member of what was compared; no cell where nothing was.
template <auto kMember>
Cell of_compared(const ComparedLine& line) {
  return line.compared == nullptr ? Cell{} : to_cell(line.compared->*kMember);
}

/// What names a case of a sweep.
void add_case_key(Columns<ComparedLine>& columns) {
  columns.text("case", "case", [](const ComparedLine& line) { return line.key.name; })
      .count("ranks", "ranks", [](const ComparedLine& line) { return line.key.ranks; })
      .count("batch per rank", "batch_per_rank", [](const ComparedLine& line) { return line.key.batch_per_rank; })
      .count("", "global_batch", [](const ComparedLine& line) { return line.key.global_batch; });
}

/// What names a collective.
void add_collective_key(Columns<ComparedLine>& columns) {
  columns.text("collective", "collective", [](const ComparedLine& line) { return line.key.name; })
      .count("ranks", "ranks", [](const ComparedLine& line) { return line.key.ranks; })
      .text("", "operation", [](const ComparedLine& line) { return line.collective->op; })
      .text("", "place",
            [](const ComparedLine& line) { return line.collective->in_place ? "in place" : "out of place"; })
      .count("", "size_bytes", [](const ComparedLine& line) { return line.collective->bytes; });
}

Columns<ComparedLine> compared_columns(bool of_collectives) {
  using analysis::ComparedCase;
  Columns<ComparedLine> columns;
  of_collectives ? add_collective_key(columns) : add_case_key(columns);
  const char* base_name = of_collectives ? "base_seconds" : "base_step_seconds";
  const char* new_name = of_collectives ? "new_seconds" : "new_step_seconds";
  columns.interval("base", base_name, Unit::kSeconds, of_compared<&ComparedCase::base_seconds>)
      .interval("new", new_name, Unit::kSeconds, of_compared<&ComparedCase::new_seconds>)
      .count("", "base_repetitions", of_compared<&ComparedCase::base_repetitions>)
      .count("", "new_repetitions", of_compared<&ComparedCase::new_repetitions>)
      .count("", "base_jobs", of_compared<&ComparedCase::base_jobs>)
      .count("", "new_jobs", of_compared<&ComparedCase::new_jobs>)
      .number("", "base_scatter_fraction", Unit::kFraction, of_compared<&ComparedCase::base_scatter>)
      .number("", "new_scatter_fraction", Unit::kFraction, of_compared<&ComparedCase::new_scatter>)
      .interval("new / base", "ratio", Unit::kRatio, of_compared<&ComparedCase::ratio>)
      .text("verdict", "verdict", &ComparedLine::verdict)
      .number("p", "p_value_adjusted", Unit::kNone, of_compared<&ComparedCase::p_value>)
      .number("found in 80 %", "noise_fraction", Unit::kFraction, of_compared<&ComparedCase::found_in_80>)
      .number("found in 95 %", "found_in_95_fraction", Unit::kFraction, of_compared<&ComparedCase::found_in_95>)
      .text("remark", "remark", &ComparedLine::remark);
  return columns;
}

std::vector<ComparedLine> compared_lines(const analysis::Comparison& comparison) {
  std::vector<ComparedLine> lines;
  for (const auto& one : comparison.cases)
    lines.push_back({one.key, &one, analysis::to_string(one.verdict), one.remark, one.collective});
  return lines;
}

Table compare_table(const std::vector<ComparedLine>& lines, bool of_collectives) {
  return compared_columns(of_collectives)
      .table("compare",
             of_collectives ? "No collective of the two sides could be compared."
                            : "No case of the two sides could be compared.",
             lines);
}

Section compared_section(const analysis::Comparison& comparison) {
  return {
      headline(comparison),
      fmt::format("base: {}; new: {}.", markdown_escaped(comparison.base_name), markdown_escaped(comparison.new_name)),
      compare_table(compared_lines(comparison), comparison.of_collectives)};
}

}  // namespace

std::string comparison_page(const analysis::Comparison& comparison) {
  std::string page = markdown_section(compared_section(comparison));
  if (!comparison.others.empty()) page += "\nNot compared:\n\n";
  for (const auto& one : comparison.others) {
    page += fmt::format("- {}{}: {}\n", one.lost ? "**lost** " : "", markdown_escaped(one.key.name),
                        markdown_escaped(one.reason));
  }
  if (!comparison.changes.empty()) page += "\nWhat differs between the two:\n\n";
  for (const auto& line : comparison.changes) page += fmt::format("- {}\n", markdown_escaped(line));
  return page + fmt::format("\n{}\n", explanation(comparison));
}

Table comparison_table(const analysis::Comparison& comparison) {
  std::vector<ComparedLine> lines = compared_lines(comparison);
  for (const auto& one : comparison.others) {
    lines.push_back({one.key, nullptr, one.lost ? "lost" : "not compared", one.reason, one.collective});
  }
  return compare_table(lines, comparison.of_collectives);
}

std::vector<std::filesystem::path> write_comparison(const analysis::Comparison& comparison,
                                                    const std::filesystem::path& folder) {
  return write_documents(folder, {{folder / "compare.md", comparison_page(comparison)},
                                  {folder / "compare.csv", csv_text(comparison_table(comparison))}});
}

}  // namespace scalemark::report
