#include "analysis/fastest_case.h"

#include <cmath>

#include "analysis/pairing.h"

namespace scalemark::analysis {
namespace {

bool has_throughput(const MeasuredCase& one) {
  return one.ok() && !one.published() && std::isfinite(one.row.images_per_second);
}

/// Whether the interval of the ratio of throughputs leaves open which of the two is faster.
bool may_be_as_fast(const MeasuredCase& one, const MeasuredCase& fastest) {
  const double work = static_cast<double>(one.key.global_batch) / static_cast<double>(fastest.key.global_batch);
  return scaled(compared_times(fastest, one).ratio(), work).high >= 1.0;
}

}  // namespace

std::optional<FastestCase> fastest_case(const CaseSet& set) {
  const MeasuredCase* best = nullptr;
  for (const auto& one : set.cases) {
    if (has_throughput(one) && (!best || one.row.images_per_second > best->row.images_per_second)) best = &one;
  }
  if (!best) return std::nullopt;
  FastestCase fastest{best->key.name, {}};
  for (const auto& one : set.cases) {
    if (&one != best && has_throughput(one) && may_be_as_fast(one, *best)) fastest.rivals.push_back(one.key.name);
  }
  return fastest;
}

}  // namespace scalemark::analysis
