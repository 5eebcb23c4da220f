#pragma once

#include "doctor/facts.h"
#include "doctor/finding.h"

namespace scalemark::doctor {

// Each judges one thing that can be wrong, from facts alone. Empty: nothing is.

/// Before MPI is up: whether it can come up at all under this launcher.
Findings check_launcher(const LaunchFacts& launch);

/// N worlds of one rank in place of one world of N ranks; fewer ranks than the config's cases ask for.
Findings check_world(const JobFacts& job);

/// GPUs that are wanted and not there; more ranks than GPUs on a host.
Findings check_gpu_count(const JobFacts& job);

/// A GPU hidden from the other ranks of its host: perhaps slower, and a fault where nothing says whether the ranks have
/// different ones.
Findings check_hidden_gpus(const JobFacts& job);

/// Two ranks that would use one GPU.
Findings check_shared_gpus(const JobFacts& job);

/// A driver that is older than the CUDA of this build.
Findings check_driver(const JobFacts& job);

/// A GPU that this LibTorch holds no code for.
Findings check_architecture(const JobFacts& job);

/// GPUs of several models, or of several LibTorch versions, in one job.
Findings check_same_devices(const JobFacts& job);

/// GPUs that others use, or whose clocks are lowered.
Findings check_gpu_state(const JobFacts& job);

/// GPUs of a host that reach each other only through its memory.
Findings check_direct_access(const JobFacts& job);

/// Ranks without cores of their own, or too few for their loaders.
Findings check_cores(const JobFacts& job);

/// Ranks none of whose cores is near their GPU.
Findings check_near_cores(const JobFacts& job);

/// Too little memory that may be locked, where the network's cards need it.
Findings check_locked_memory(const JobFacts& job);

/// Too small a /dev/shm for the ranks of a host.
Findings check_shared_memory(const JobFacts& job);

/// Shared memory and session folders that killed jobs left.
Findings check_leftovers(const JobFacts& job);

/// Hosts whose clocks differ.
Findings check_clocks(const JobFacts& job);

/// The interfaces that NCCL may use between hosts.
Findings check_network(const JobFacts& job);

/// A small all-reduce over all ranks that failed.
Findings check_reduction(const JobFacts& job);

/// Data sets that some rank cannot read.
Findings check_data(const JobFacts& job);

/// Damaged images, and data sets that are not laid out as they should be.
Findings check_images(const JobFacts& job);

/// The folder of the result file.
Findings check_output(const JobFacts& job);

}  // namespace scalemark::doctor
