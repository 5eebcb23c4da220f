#include "analysis/history/history.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "analysis/history/change_points.h"
#include "analysis/history/run_changes.h"
#include "analysis/moderated_scatter.h"
#include "analysis/significance.h"
#include "core/error.h"

namespace scalemark::analysis {
namespace {

/// Of a normal law within three standard deviations: the limits of a control chart (Shewhart 1931).
constexpr double kWithinLimits = 0.9973;

std::vector<NamedFile> by_time(std::span<const NamedFile> files) {
  std::vector<NamedFile> ordered(files.begin(), files.end());
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const NamedFile& a, const NamedFile& b) { return a.file->created < b.file->created; });
  return ordered;
}

std::vector<double> logarithms(const std::vector<RunStep>& steps) {
  std::vector<double> logs;
  logs.reserve(steps.size());
  for (const RunStep& step : steps) logs.push_back(std::log(step.seconds.estimate));
  return logs;
}

/// The runs of a case that has a time in them, in the order of the runs.
std::map<std::string, CaseHistory> histories_of(const ComparableCases& cases) {
  std::map<std::string, CaseHistory> histories;
  for (const MeasuredCase* one : cases.usable()) {
    const results::CaseRow& row = one->row;
    if (!(row.step_mean_seconds > 0.0) || !std::isfinite(row.step_mean_seconds)) continue;
    CaseHistory& history = histories.try_emplace(subject_key_of(*one), CaseHistory{one->key, {}, {}, {}}).first->second;
    history.steps.push_back(
        {one->file_index, {row.step_mean_seconds, row.step_mean_seconds_low, row.step_mean_seconds_high}});
  }
  for (auto& [key, history] : histories) {
    std::stable_sort(history.steps.begin(), history.steps.end(),
                     [](const RunStep& a, const RunStep& b) { return a.run < b.run; });
  }
  return histories;
}

double mean_between(const std::vector<double>& values, std::size_t first, std::size_t last) {
  const double sum = std::accumulate(values.begin() + static_cast<std::ptrdiff_t>(first),
                                     values.begin() + static_cast<std::ptrdiff_t>(last) + 1, 0.0);
  return sum / static_cast<double>(last - first + 1);
}

/// The levels between the change points, their limits, and which runs lie outside.
void add_levels(CaseHistory& history, const std::vector<double>& logs, const std::vector<ChangePoint>& points) {
  double squares = 0.0;
  for (std::size_t i = 0; i <= points.size(); ++i) {
    const std::size_t first = i == 0 ? 0 : points[i - 1].at;
    const std::size_t last = (i == points.size() ? logs.size() : points[i].at) - 1;
    const double middle = mean_between(logs, first, last);
    for (std::size_t at = first; at <= last; ++at) squares += (logs[at] - middle) * (logs[at] - middle);
    history.levels.push_back({first, last, {middle, middle, middle}});
  }
  const Scatter scatter = moderated_scatter(squares, static_cast<double>(logs.size() - history.levels.size()));
  const double furthest = student_t_quantile(0.5 + 0.5 * kWithinLimits, scatter.degrees_of_freedom);
  for (RunLevel& level : history.levels) {
    const auto count = static_cast<double>(level.last - level.first + 1);
    const double middle = level.seconds.estimate;
    const double width = furthest * scatter.standard_deviation * std::sqrt(1.0 + 1.0 / count);
    for (std::size_t at = level.first; at <= level.last; ++at)
      history.steps[at].is_outside = std::abs(logs[at] - middle) > width;
    level.seconds = {std::exp(middle), std::exp(middle - width), std::exp(middle + width)};
  }
}

/// Whether a change point was found without the last value too, there or beside it.
bool was_known(const ChangePoint& point, const std::vector<ChangePoint>& earlier) {
  return std::ranges::any_of(earlier, [&](const ChangePoint& other) {
    return std::max(point.at, other.at) - std::min(point.at, other.at) <= 1;
  });
}

void judge(CaseHistory& history, std::span<const NamedFile> files, double threshold, double cases) {
  const std::vector<double> logs = logarithms(history.steps);
  const double level = kSignificance / cases;
  const double least = std::log1p(threshold);
  const auto points = change_points(logs, level, least);
  const auto earlier = change_points(std::span(logs).first(logs.size() - 1), level, least);
  const bool in_last_run = history.steps.back().run + 1 == files.size();
  for (const ChangePoint& point : points) {
    const std::size_t run = history.steps[point.at].run;
    const std::size_t before = history.steps[point.at - 1].run;
    history.shifts.push_back({run, std::exp(point.difference), std::min(1.0, point.p_value * cases),
                              in_last_run && !was_known(point, earlier),
                              run_changes(*files[before].file, *files[run].file)});
  }
  add_levels(history, logs, points);
}

}  // namespace

bool History::has_news() const {
  return std::ranges::any_of(cases, [](const CaseHistory& one) {
    return !one.broken_now.empty() || std::ranges::any_of(one.shifts, &Shift::is_new);
  });
}

std::string history_criteria(double threshold) {
  return fmt::format(
      "The mean step of each case, run by run, in the order in which the files were created. A shift is named where "
      "the runs behind it differ from those before it by {:.3g} % or more, and by more than runs scatter (binary "
      "segmentation with Student's t, p < {}, Bonferroni over positions and cases). It is new where it is found with "
      "the last run and not without it. The limits hold 99.7 of 100 single runs of a level.",
      100.0 * threshold, kSignificance);
}

History examine_history(std::span<const NamedFile> files, const HistoryOptions& options) {
  const std::vector<NamedFile> all = by_time(files);
  History history;
  history.threshold = options.threshold;
  std::vector<NamedFile> kept;
  {
    const ComparableCases cases(all);
    history.refused = cases.refused();
    for (std::size_t index = 0; index < all.size(); ++index) {
      if (!cases.is_refused(index)) kept.push_back(all[index]);
    }
  }
  if (kept.size() < 2)
    throw InputError(history.refused.empty()
                         ? std::string("a trend needs two runs or more: give the files of all runs")
                         : fmt::format("{}: {}", history.refused.front().name, history.refused.front().reason));
  for (const NamedFile& one : kept) history.runs.push_back({one.name, one.file->created});
  const ComparableCases cases(kept);
  auto histories = histories_of(cases);
  for (const MeasuredCase* one : cases.broken_elsewhere_ok()) {
    const auto found = histories.find(subject_key_of(*one));
    if (one->file_index + 1 == kept.size() && found != histories.end())
      found->second.broken_now = status_and_reason(*one);
  }
  for (auto& [key, one] : histories) {
    judge(one, kept, options.threshold, static_cast<double>(histories.size()));
    history.cases.push_back(std::move(one));
  }
  return history;
}

}  // namespace scalemark::analysis
