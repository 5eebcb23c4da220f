#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "data/image_findings.h"

namespace scalemark::doctor {

/// A number that could not be found out.
inline constexpr int kUnknown = -1;

/// How this process was started, as its environment tells.
struct LaunchFacts {
  int step_tasks = kUnknown;    ///< that srun started together with this one; unknown: not started by srun
  int job_tasks = kUnknown;     ///< that the Slurm job asked for
  int mpirun_tasks = kUnknown;  ///< that mpirun (or a PMI launcher) says it started
  int launcher_rank = 0;        ///< 0 on the one process that speaks before MPI is up
  bool has_pmix = false;        ///< srun --mpi=pmix, or an mpirun
  bool has_pmi = false;         ///< srun --mpi=pmi2, or another mpirun
  std::string mpi_library;      ///< "Open MPI v4.1.4"
};

struct GpuFacts {
  std::string name;
  std::string uuid;
  int capability = kUnknown;           ///< 70 for sm_70
  std::int64_t used_bytes = kUnknown;  ///< before this program used any
  double busy_fraction = kUnknown;     ///< before this program ran anything
  bool slowed_by_power = false;
  bool slowed_by_heat = false;
  std::vector<int> unreachable;  ///< indices of GPUs whose memory it cannot reach directly
  int numa_node = kUnknown;
  std::vector<int> near_cores;  ///< of that NUMA node; empty: not known
};

struct InterfaceFacts {
  std::string name;
  bool usable = false;  ///< up, with an address, and not the loopback
};

/// What killed jobs of this user left on a host (leftovers.h).
struct LeftoverFacts {
  std::vector<std::string> paths;
  std::int64_t bytes = 0;
};

/// What one rank can see of its node.
struct RankFacts {
  int rank = 0;
  int world_size = 1;
  int node_rank = 0;
  std::string host;
  LaunchFacts launch;

  bool has_cuda_build = false;
  std::string libtorch_version;
  std::string libtorch_architectures;  ///< as nvcc's flags: "arch=compute_80,code=sm_80 ..."
  int driver_cuda = 0;                 ///< 13000 for CUDA 13.0; 0: no driver
  int runtime_cuda = 0;
  std::string visible_devices;        ///< CUDA_VISIBLE_DEVICES
  int slurm_gpus_on_node = kUnknown;  ///< SLURM_GPUS_ON_NODE: of this job
  std::vector<GpuFacts> gpus;         ///< visible to this rank
  int gpu_index = kUnknown;           ///< of the one that it takes; unknown: none is there for it
  bool may_share_gpu = false;         ///< SCALEMARK_SHARE_GPU=1: several ranks on one GPU are meant, to try them out

  std::vector<int> cores;  ///< that this rank may run on
  int node_cores = 1;
  std::int64_t locked_memory_bytes = kUnknown;  ///< that it may have; unknown: no limit
  std::int64_t shared_memory_bytes = kUnknown;  ///< free in /dev/shm
  double clock_ahead_seconds = 0;               ///< of rank 0's

  std::vector<InterfaceFacts> interfaces;
  std::vector<std::string> infiniband;  ///< device names
  std::string nccl_socket_ifname;
  std::string nccl_ib_disable;

  std::map<std::string, std::string> data_faults;  ///< by path; empty text: it can be read
  LeftoverFacts leftovers;                         ///< told by one rank of each host
};

/// The folder that the result file is to lie in, tried by rank 0.
struct OutputFacts {
  std::string folder;
  std::string fault;  ///< why a file cannot be written there; empty: it can
  std::int64_t free_bytes = kUnknown;
  std::int64_t needed_bytes = 0;
  bool has_locks = true;
  double commit_seconds = 0;       ///< to write and rename a small file
  double clock_ahead_seconds = 0;  ///< the file's time of change, of this machine's clock
};

enum class WantedDevice { kAuto, kCuda, kCpu };

/// What the experiment will ask of the machine. Without a config: nothing in particular.
struct Wishes {
  WantedDevice device = WantedDevice::kAuto;
  int least_ranks = 1;  ///< of the smallest case
  int most_ranks = 1;
  int loader_workers = 0;
};

/// All that is judged, on rank 0.
struct JobFacts {
  std::vector<RankFacts> ranks;
  Wishes wishes;
  std::optional<OutputFacts> output;
  data::ImageFindings images;
  std::string reduction_fault;  ///< what a small all-reduce of all ranks ended in; empty: it worked, or was not tried
};

/// The ranks of each host, by its name.
std::map<std::string, std::vector<const RankFacts*>> by_host(const JobFacts& job);

/// Whether the experiment is meant to run on GPUs: it says so, or it leaves the choice and there are GPUs.
bool wants_gpus(const JobFacts& job);

/// How many GPUs the rank sees; where the driver cannot say, how many its environment shows it.
int visible_gpus(const RankFacts& rank);

/// "ranks 0, 1 and 3"
std::string ranks_text(const std::vector<const RankFacts*>& ranks);

/// For the way from a rank to rank 0.
std::string to_text(const RankFacts& facts);
RankFacts rank_facts_of(const std::string& text);

}  // namespace scalemark::doctor
