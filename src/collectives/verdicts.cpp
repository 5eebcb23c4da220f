#include "collectives/verdicts.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "collectives/size_figures.h"
#include "core/error.h"
#include "core/mean_ratio.h"
#include "core/text/shown_text.h"
#include "core/units.h"
#include "results/comm_summary.h"

namespace scalemark::collectives {
namespace {

using results::CommPlace;
using results::CommRecord;

struct SizeClass {
  const char* name;
  std::int64_t from_bytes;
};
constexpr std::int64_t kKibi = 1024;
constexpr std::array<SizeClass, 3> kSizeClasses{{{"small", 0}, {"medium", 64 * kKibi}, {"large", kLeastLargeBytes}}};

const char* class_of(std::int64_t bytes) {
  const char* name = kSizeClasses.front().name;
  for (const SizeClass& one : kSizeClasses)
    if (bytes >= one.from_bytes) name = one.name;
  return name;
}

/// One size in one place, beside the same of the baseline.
struct JudgedSize {
  std::int64_t bytes;
  MeanRatio share;
};

std::optional<std::size_t> index_of(const CommRecord& record, std::int64_t bytes) {
  const auto found = std::ranges::find(record.bytes, bytes);
  if (found == record.bytes.end()) return std::nullopt;
  return static_cast<std::size_t>(found - record.bytes.begin());
}

std::vector<JudgedSize> judged_sizes(const CommRecord& found, const CommRecord& baseline, const char* size_class) {
  std::vector<JudgedSize> judged;
  for (std::size_t size = 0; size < found.bytes.size(); ++size) {
    const auto before = index_of(baseline, found.bytes[size]);
    if (!before || class_of(found.bytes[size]) != size_class) continue;
    for (const CommPlace place : {CommPlace::kOutOfPlace, CommPlace::kInPlace}) {
      if (!results::has_place(found, place) || !results::has_place(baseline, place)) continue;
      const auto was = results::slowest_ranks(baseline, place, *before);
      judged.push_back({found.bytes[size], unpaired_mean_ratio(was, results::slowest_ranks(found, place, size))});
    }
  }
  return judged;
}

/// The geometric mean, with the interval that the sizes' standard errors give it (degrees of freedom by Welch and
/// Satterthwaite). Without repetitions there is no interval.
Interval mean_share(const std::vector<JudgedSize>& judged) {
  double logarithms = 0;
  double variances = 0;
  double weights = 0;
  for (const JudgedSize& one : judged) {
    const double variance = one.share.standard_error * one.share.standard_error;
    logarithms += std::log(one.share.estimate);
    variances += variance;
    if (variance > 0) weights += variance * variance / one.share.degrees_of_freedom;
  }
  const auto count = static_cast<double>(judged.size());
  const double estimate = std::exp(logarithms / count);
  if (std::isnan(variances)) return {estimate, results::kNotMeasured, results::kNotMeasured};
  if (variances == 0) return {estimate, estimate, estimate};
  const double reach =
      student_t_quantile(kQuantileOf95, variances * variances / weights) * std::sqrt(variances) / count;
  return {estimate, estimate * std::exp(-reach), estimate * std::exp(reach)};
}

Outcome outcome_of(const Interval& share, double gate) {
  if (std::isnan(share.estimate)) return Outcome::kNotJudged;
  if (share.estimate >= gate) return Outcome::kReached;
  return share.high >= gate ? Outcome::kUnclear : Outcome::kBelow;
}

/// Bandwidth of one size and place, with the relative interval of its repetitions one by one.
Interval bus_bandwidth(const SizeFigures& figures) {
  const Interval seconds = interval_of_mean(figures.repetition_seconds);
  const double bandwidth = figures.bus_bandwidth;
  const double high = seconds.low > 0 ? bandwidth * seconds.estimate / seconds.low : results::kNotMeasured;
  return {bandwidth, bandwidth * seconds.estimate / seconds.high, high};
}

struct LargeSizes {
  std::int64_t count = 0;
  std::optional<Interval> best;
  std::int64_t best_bytes = 0;
  bool by_switch = false;  ///< NCCL says so of one of them
};

/// NVLS: NVLink's switches; CollNet: those of the network (SHARP).
bool is_by_switch(const std::string& choice) { return choice.starts_with("nvls") || choice.starts_with("collnet"); }

LargeSizes large_sizes(const Operation& operation, const CommRecord& found) {
  LargeSizes large;
  for (std::size_t size = 0; size < found.bytes.size(); ++size) {
    if (found.bytes[size] < kSizeClasses.back().from_bytes) continue;
    if (!found.choices.empty()) large.by_switch = large.by_switch || is_by_switch(found.choices[size]);
    for (const bool in_place : {false, true}) {
      if (!has_place(found, in_place)) continue;
      ++large.count;
      const Interval bandwidth = bus_bandwidth(figures_of(operation, found, size, in_place));
      if (large.best && large.best->estimate >= bandwidth.estimate) continue;
      large.best = bandwidth;
      large.best_bytes = found.bytes[size];
    }
  }
  return large;
}

std::string share_text(const Interval& share) {
  if (std::isnan(share.estimate)) return "N/A";
  if (std::isnan(share.low)) return fmt::format("{:.1f} %", share.estimate * 100);
  return fmt::format("{:.1f} % ({:.1f} to {:.1f})", share.estimate * 100, share.low * 100, share.high * 100);
}

std::string worst_text(const Verdict& verdict) {
  if (verdict.sizes == 0) return "N/A";
  return fmt::format("{:.1f} % at {}", verdict.worst_share * 100,
                     format_bytes(static_cast<double>(verdict.worst_bytes)));
}

}  // namespace

const char* to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::kReached:
      return "reached";
    case Outcome::kBelow:
      return "below";
    case Outcome::kUnclear:
      return "unclear";
    case Outcome::kNotComparable:
      return "not comparable";
    default:
      return "not judged";
  }
}

std::vector<Verdict> verdicts_by_baseline(const CommRecord& found, const CommRecord& baseline, double gate) {
  std::vector<Verdict> verdicts;
  for (const SizeClass& size_class : kSizeClasses) {
    const auto judged = judged_sizes(found, baseline, size_class.name);
    if (judged.empty()) continue;
    const auto& worst = *std::ranges::min_element(judged, {}, [](const JudgedSize& one) { return one.share.estimate; });
    const Interval share = mean_share(judged);
    verdicts.push_back({.collective = found.op,
                        .size_class = size_class.name,
                        .judged_by = "baseline",
                        .sizes = static_cast<std::int64_t>(judged.size()),
                        .share = share,
                        .worst_bytes = worst.bytes,
                        .worst_share = worst.share.estimate,
                        .gate = gate,
                        .outcome = outcome_of(share, gate)});
  }
  return verdicts;
}

Verdict verdict_by_links(const Operation& operation, const CommRecord& found, double gate) {
  Verdict verdict{.collective = found.op, .size_class = kSizeClasses.back().name, .judged_by = "links", .gate = gate};
  const LargeSizes large = large_sizes(operation, found);
  if (std::isnan(found.expected_bus_bandwidth)) {
    verdict.remark = found.links.empty() ? "the links are not known" : found.links;
  } else if (!operation.uses_rings()) {
    verdict.remark = "its bytes do not go round a ring of all ranks; a baseline judges it";
  } else if (!large.best) {
    verdict.remark = "nothing of 16M or more was measured";
  } else {
    const Interval share = scaled(*large.best, 1 / found.expected_bus_bandwidth);
    verdict.sizes = large.count;
    verdict.share = share;
    verdict.worst_bytes = large.best_bytes;
    verdict.worst_share = share.estimate;
    verdict.outcome = large.by_switch ? Outcome::kNotComparable : outcome_of(share, gate);
    verdict.remark =
        large.by_switch ? "NVLS or SHARP: the switches do what rings send; NCCL_ALGO=Ring or a baseline" : found.links;
  }
  return verdict;
}

void refuse_other_baseline(const PlannedCollective& planned, std::span<const CommRecord> baseline,
                           const std::string& name) {
  const std::string op = planned.operation.name;
  const auto found = std::ranges::find(baseline, op, &CommRecord::op);
  if (found == baseline.end())
    throw InputError(
        fmt::format("--baseline {}: holds no {}; measure one: scalemark comm --op {} --output NEW.h5", name, op, op));
  std::vector<std::string> differences;
  const auto compare = [&](const char* what, const auto& before, const auto& now) {
    if (before != now)
      differences.push_back(fmt::format("{} {}, this run {}", what, shown_line(fmt::to_string(before)), now));
  };
  compare("backend", found->backend, planned.backend);
  compare("ranks", found->ranks, planned.ranks);
  compare("type", found->type, planned.type);
  if (planned.operation.reduces) compare("reduction", found->reduction, std::string(redop(planned.operation)));
  if (!differences.empty())
    throw InputError(fmt::format("--baseline {}: its {} is another measurement: {}; measure both alike", name, op,
                                 fmt::join(differences, "; ")));
  if (!std::ranges::any_of(planned.bytes, [&](std::int64_t bytes) { return index_of(*found, bytes).has_value(); }))
    throw InputError(
        fmt::format("--baseline {}: its {} has none of the sizes of this run; give its --begin, --end and "
                    "--factor or --step",
                    name, op));
}

std::string verdict_table(std::span<const Verdict> verdicts) {
  if (verdicts.empty()) return "";
  constexpr const char* kRow = "# {:>14}  {:>7}  {:>9}  {:>24}  {:>22}  {:>6}  {:<14}  {}";
  std::vector<std::string> lines{
      "#", fmt::format(kRow, "collective", "class", "judged-by", "share (95 %)", "least", "gate", "verdict", "remark")};
  lines.reserve(verdicts.size() + 3);
  for (const Verdict& one : verdicts) {
    lines.push_back(fmt::format(kRow, one.collective, one.size_class, one.judged_by, share_text(one.share),
                                worst_text(one), fmt::format("{:.0f} %", one.gate * 100), to_string(one.outcome),
                                one.remark));
  }
  lines.emplace_back("#");
  return fmt::format("{}\n", fmt::join(lines, "\n"));
}

bool any_below(std::span<const Verdict> verdicts) {
  return std::ranges::find(verdicts, Outcome::kBelow, &Verdict::outcome) != verdicts.end();
}

bool any_judged(std::span<const Verdict> verdicts) {
  return std::ranges::any_of(verdicts, [](const Verdict& one) {
    return one.outcome != Outcome::kNotJudged && one.outcome != Outcome::kNotComparable;
  });
}

}  // namespace scalemark::collectives
