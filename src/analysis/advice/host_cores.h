#pragma once

#include "analysis/case_set.h"

namespace scalemark::analysis {

/// What the ranks of a case ask of the host with the most of them, and what it has.
struct HostCores {
  int cores = 0;            ///< logical processors of a host; 0 where they were not recorded
  int ranks = 0;            ///< of the case on that host
  int compute_threads = 0;  ///< of a rank: those that compute, and on a GPU the one that launches
  int loader_workers = 0;   ///< of a rank; 0 where the images lie in the GPU's memory
  bool on_gpu = false;
  double other_load = results::kNotMeasured;  ///< fraction of the host busy with other work, mean over repetitions

  int threads() const { return ranks * (compute_threads + loader_workers); }

  /// More threads compute than there are cores.
  bool compute_exceeds() const { return cores > 0 && ranks * compute_threads > cores; }

  /// Loader threads find no core that does not compute.
  bool threads_exceed() const { return cores > 0 && threads() > cores; }

  /// Other work takes cores that the ranks' threads need: all of a CPU's, where the count of its cores is not known.
  bool others_take_cores() const;
};

/// The cores are those of the host of rank 0, as the job's topology states them; the hosts of a job are taken to be
/// alike.
HostCores host_cores(const MeasuredCase& one);

}  // namespace scalemark::analysis
