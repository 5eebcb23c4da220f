#include <nlohmann/json.hpp>

#include "doctor/facts.h"

namespace scalemark::doctor {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(LaunchFacts, step_tasks, job_tasks, mpirun_tasks, launcher_rank, has_pmix, has_pmi,
                                   mpi_library)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(GpuFacts, name, uuid, capability, used_bytes, busy_fraction, slowed_by_power,
                                   slowed_by_heat, unreachable, numa_node, near_cores)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(InterfaceFacts, name, usable)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(LeftoverFacts, paths, bytes)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(RankFacts, rank, world_size, node_rank, host, launch, has_cuda_build,
                                   libtorch_version, libtorch_architectures, driver_cuda, runtime_cuda, visible_devices,
                                   slurm_gpus_on_node, gpus, gpu_index, may_share_gpu, cores, node_cores,
                                   locked_memory_bytes, shared_memory_bytes, clock_ahead_seconds, interfaces,
                                   infiniband, nccl_socket_ifname, nccl_ib_disable, data_faults, leftovers)

std::string to_text(const RankFacts& facts) {
  // Names and messages of the system need not be UTF-8.
  return nlohmann::json(facts).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

RankFacts rank_facts_of(const std::string& text) { return nlohmann::json::parse(text).get<RankFacts>(); }

}  // namespace scalemark::doctor
