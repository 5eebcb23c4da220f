#include "analysis/advice/host_cores.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>

#include "core/statistics.h"

namespace scalemark::analysis {
namespace {

constexpr double kLeastOtherLoad = 0.1;

/// The number before " logical processors" in the topology; 0 where it is not there.
int cores_of(std::string_view topology) {
  const auto end = topology.find(" logical processors");
  if (end == std::string_view::npos) return 0;
  const auto before = topology.substr(0, end).find_last_not_of("0123456789");
  const auto begin = before == std::string_view::npos ? 0 : before + 1;
  int cores = 0;
  for (const char digit : topology.substr(begin, std::min<std::size_t>(end - begin, 6)))
    cores = 10 * cores + digit - '0';
  return cores;
}

/// Mean over the repetitions of the load of the host that was the busiest.
double mean_other_load(const results::MachineSamples& machine) {
  const auto ranks = static_cast<std::size_t>(std::max<std::int64_t>(machine.ranks, 0));
  std::vector<double> loads;
  for (std::size_t begin = 0; ranks > 0 && begin + ranks <= machine.other_load_fraction.size(); begin += ranks) {
    double highest = results::kNotMeasured;
    for (std::size_t rank = 0; rank < ranks; ++rank) {
      highest = std::fmax(highest, machine.other_load_fraction[begin + rank]);
    }
    loads.push_back(highest);
  }
  return interval_of_mean(loads).estimate;
}

}  // namespace

bool HostCores::others_take_cores() const {
  if (!(other_load > kLeastOtherLoad)) return false;
  return cores > 0 ? threads() > cores * (1.0 - other_load) : !on_gpu;
}

HostCores host_cores(const MeasuredCase& one) {
  const results::CaseRecord& record = *one.record;
  HostCores host;
  host.cores = cores_of(one.file->provenance.topology);
  host.on_gpu = !runs_on_cpu(record);
  host.compute_threads = 1;
  std::map<std::string, int> ranks;
  for (const auto& rank : record.rank_rows) {
    host.ranks = std::max(host.ranks, ++ranks[rank.host]);
    if (!host.on_gpu) host.compute_threads = std::max(host.compute_threads, rank.threads);
  }
  if (record.execution.image_residence != "device") host.loader_workers = record.row.loader_workers;
  host.other_load = mean_other_load(record.machine);
  return host;
}

}  // namespace scalemark::analysis
