#include "analysis/fleet/node_samples.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <set>

#include "analysis/comparison/comparable_cases.h"
#include "analysis/ranks/spikes.h"
#include "analysis/ranks/step_points.h"
#include "core/units.h"
#include "results/case_summary.h"
#include "results/comm_summary.h"

namespace scalemark::analysis {
namespace {

using results::CaseRecord;
using results::StepSamples;
using Ranks = std::vector<std::int64_t>;

/// Each step as long as that of the slowest of `ranks`, as if there were one rank.
StepSamples slowest_of_ranks(const StepSamples& samples, const Ranks& ranks) {
  StepSamples slowest{samples.steps, 1, {}};
  if (std::ranges::any_of(ranks, [&](std::int64_t rank) { return rank < 0 || rank >= samples.ranks; })) return slowest;
  for (std::int64_t step = 0; step < samples.steps * samples.repetitions(); ++step) {
    double seconds = -std::numeric_limits<double>::infinity();
    for (const std::int64_t rank : ranks)
      seconds = std::max(seconds, samples.seconds[static_cast<std::size_t>(step * samples.ranks + rank)]);
    slowest.seconds.push_back(seconds);
  }
  return slowest;
}

/// One host's part of a case.
struct NodePart {
  const MeasuredCase& one;
  Ranks ranks;
  bool alone;  ///< no other host takes part

  const CaseRecord& record() const { return *one.record; }

  StepSamples arm(const std::string& name) const {
    const auto found = record().arms.find(name);
    return found == record().arms.end() ? StepSamples{} : slowest_of_ranks(found->second, ranks);
  }

  /// The steps that no other host has a part in.
  StepSamples own_steps() const {
    if (alone) return arm("full");
    const auto without_waits = steps_without_waits(record(), "no_sync");
    return without_waits ? slowest_of_ranks(*without_waits, ranks) : arm("no_sync");
  }
};

std::vector<double> step_values(const NodePart& part) {
  return part.alone ? part.one.full_seconds : results::repetition_means(part.own_steps());
}

std::vector<double> bandwidth_values(const NodePart& part) {
  const auto& buckets = part.record().bucket_bytes;
  const auto ranks = static_cast<double>(part.one.key.ranks);
  if (!part.alone || ranks < 2.0 || buckets.empty()) return {};
  const auto bytes = static_cast<double>(std::accumulate(buckets.begin(), buckets.end(), std::int64_t{0}));
  std::vector<double> values;
  for (const double seconds : arm_seconds(part.record(), "comm_only"))
    values.push_back(bytes * 2.0 * (ranks - 1.0) / ranks / seconds);
  return values;
}

/// Of the labelled pass: the time until a batch is there, over the time of a step.
std::vector<double> loading_values(const NodePart& part) {
  const CaseRecord& record = part.record();
  const auto found = std::ranges::find(record.phase_names, "load");
  const auto index = static_cast<std::size_t>(found - record.phase_names.begin());
  if (index >= record.phase_seconds.size()) return {};
  std::vector<double> values =
      results::repetition_slowest_means(slowest_of_ranks(record.phase_seconds[index], part.ranks));
  const double step = interval_of_mean(part.one.full_seconds).estimate;
  for (double& value : values) value /= step;
  return values;
}

/// One value of all repetitions: single spikes are rare. Fewer than kFewestSpikes are an accident.
std::vector<double> spike_values(const NodePart& part) {
  const StepSamples steps = part.own_steps();
  if (steps.repetitions() == 0) return {};
  const Spikes spikes = spikes_of(steps, 0);
  return {spikes.count < kFewestSpikes ? 0.0 : spikes.lost_share};
}

std::vector<double> clock_values(const NodePart& part) {
  const auto& machine = part.record().machine;
  std::vector<double> lowest;
  for (std::size_t begin = 0; machine.ranks > 0 && begin < machine.sm_clock_hertz.size();
       begin += static_cast<std::size_t>(machine.ranks)) {
    double hertz = results::kNotMeasured;
    for (const std::int64_t rank : part.ranks) {
      const std::size_t at = begin + static_cast<std::size_t>(rank);
      if (rank < machine.ranks && at < machine.sm_clock_hertz.size())
        hertz = std::fmin(hertz, machine.sm_clock_hertz[at]);
    }
    lowest.push_back(hertz);
  }
  return lowest;
}

std::vector<double> memory_values(const NodePart& part) {
  double peak = results::kNotMeasured;
  for (const auto& row : part.record().rank_rows) {
    if (std::ranges::find(part.ranks, row.rank) != part.ranks.end()) peak = std::fmax(peak, row.peak_memory_bytes);
  }
  return {peak};
}

std::vector<double> values_of(const NodePart& part, NodeQuantity quantity) {
  switch (quantity) {
    case NodeQuantity::kStep:
      return step_values(part);
    case NodeQuantity::kBandwidth:
      return bandwidth_values(part);
    case NodeQuantity::kLoading:
      return loading_values(part);
    case NodeQuantity::kSpikes:
      return spike_values(part);
    case NodeQuantity::kClock:
      return clock_values(part);
    case NodeQuantity::kMemory:
      break;
  }
  return memory_values(part);
}

/// [repetition] Bus bandwidth at the largest size in bytes per second, by the slowest rank.
std::vector<double> collective_bandwidths(const results::CommRecord& record) {
  if (record.bytes.empty() || !has_place(record, results::CommPlace::kOutOfPlace)) return {};
  std::vector<double> values = slowest_ranks(record, results::CommPlace::kOutOfPlace, record.bytes.size() - 1);
  const double bytes_on_busiest_link =
      static_cast<double>(record.bytes.back()) * results::bus_factor(record.op, record.ranks);
  for (double& value : values) value = bytes_on_busiest_link / value;
  return values;
}

}  // namespace

const std::array<NodeQuantityRow, 6>& node_quantities() {
  static const std::array<NodeQuantityRow, 6> rows{{
      {NodeQuantity::kStep, "step time", Unit::kSeconds, false, false, "the mean step"},
      {NodeQuantity::kBandwidth, "bandwidth", Unit::kBytesPerSecond, true, false,
       "bus bandwidth of the arm comm_only, or of a collective of scalemark comm at its largest size"},
      {NodeQuantity::kLoading, "loading", Unit::kFraction, false, true,
       "the phase load of the labelled pass, as a share of the step"},
      {NodeQuantity::kSpikes, "jitter", Unit::kFraction, false, true, "the share of the time that goes into spikes"},
      {NodeQuantity::kClock, "clock", Unit::kNone, true, false, "the lowest clock seen of the node's GPUs, in hertz"},
      {NodeQuantity::kMemory, "memory", Unit::kBytes, false, false, "the highest peak of the node's ranks"},
  }};
  return rows;
}

const NodeQuantityRow& row_of(NodeQuantity quantity) {
  return node_quantities().at(static_cast<std::size_t>(quantity));
}

void add_case_samples(const MeasuredCase& one, std::size_t file_index, const std::string& file_name,
                      std::vector<NodeSamples>& samples) {
  std::map<std::string, Ranks> ranks_of_node;
  for (const auto& row : one.record->rank_rows)
    ranks_of_node[row.host.empty() ? file_name : row.host].push_back(row.rank);
  const std::string key = subject_key_of(one);
  for (const auto& [node, ranks] : ranks_of_node) {
    const NodePart part{one, ranks, ranks_of_node.size() == 1};
    for (const NodeQuantityRow& row : node_quantities()) {
      std::vector<double> values = values_of(part, row.quantity);
      std::erase_if(values, [](double value) { return !std::isfinite(value); });
      if (!values.empty()) samples.push_back({one.key.name, key, row.quantity, node, file_index, std::move(values)});
    }
  }
}

void add_collective_samples(const results::ResultFile& file, std::size_t file_index, const std::string& file_name,
                            std::vector<NodeSamples>& samples) {
  const std::set<std::string> hosts(file.provenance.hosts.begin(), file.provenance.hosts.end());
  if (hosts.size() > 1) return;
  const std::string node = hosts.empty() || hosts.begin()->empty() ? file_name : *hosts.begin();
  for (const results::CommRecord& record : file.comm) {
    std::vector<double> values = collective_bandwidths(record);
    std::erase_if(values, [](double value) { return !std::isfinite(value); });
    if (values.empty()) continue;
    const std::string subject =
        fmt::format("{} of {}", record.op, format_bytes(static_cast<double>(record.bytes.back())));
    const std::string key = fmt::format("{}\n{}\n{}\n{} ranks", subject, record.backend, record.type, record.ranks);
    samples.push_back({subject, key, NodeQuantity::kBandwidth, node, file_index, std::move(values)});
  }
}

}  // namespace scalemark::analysis
