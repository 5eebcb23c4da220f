#include "analysis/one_change.h"

#include "analysis/pairing.h"

namespace scalemark::analysis {
namespace {

Interval throughput_ratio(const MeasuredCase& without, const MeasuredCase& with) {
  const double work = static_cast<double>(with.key.global_batch) / static_cast<double>(without.key.global_batch);
  return scaled(compared_times(without, with).ratio(), work);
}

}  // namespace

std::vector<OneChange> one_changes(const std::vector<ChangedPair>& pairs) {
  std::vector<OneChange> changes;
  changes.reserve(pairs.size());
  for (const auto& pair : pairs) {
    const results::CaseRow& without = pair.without->row;
    const results::CaseRow& with = pair.with->row;
    changes.push_back({pair.key, pair.from, pair.to, pair.without->key, pair.with->key,
                       throughput_ratio(*pair.without, *pair.with), pairing_of(*pair.without, *pair.with).paired,
                       with.peak_memory_bytes / without.peak_memory_bytes, with.test_accuracy - without.test_accuracy});
  }
  return changes;
}

}  // namespace scalemark::analysis
