#pragma once

#include <string>
#include <vector>

#include "core/links.h"
#include "measure/host_map.h"

namespace scalemark::sweep {

/// Where one rank is on its host.
struct RankPlace {
  std::string host;
  std::vector<int> cores{};                         ///< that it may run on
  std::vector<int> numa_nodes{};                    ///< of these
  std::string host_shape{};                         ///< "2 packages, 2 NUMA nodes"
  std::vector<measure::NetworkAdapter> adapters{};  ///< of its host
  std::optional<measure::PciPlace> gpu{};           ///< nullopt: it has none, or the kernel does not say where
  std::optional<GpuLinks> links{};                  ///< of its GPU
};

/// This rank's own. @param gpu_address, gpu_uuid  empty on a CPU
RankPlace own_place(const std::string& host, const std::string& gpu_address, const std::string& gpu_uuid);

/// For the way from a rank to rank 0.
std::string to_text(const RankPlace& place);
RankPlace rank_place_of(const std::string& text);

/// A line per host, one for ranks with the same cores, and where there are GPUs what is between them and the network
/// adapters, as `nvidia-smi topo -m` shows it.
std::string topology_text(const std::vector<RankPlace>& ranks);

}  // namespace scalemark::sweep
