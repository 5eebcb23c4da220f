#pragma once

#include <array>

namespace scalemark::results {

/// A part of a job's start, in the order in which they happen.
struct StartupPhase {
  const char* name;  ///< in the result file, with "_seconds" behind it
  const char* what;
};

inline constexpr std::array<StartupPhase, 6> kStartupPhases{
    {{"program", "from the start of the process to MPI: its libraries are loaded"},
     {"mpi", "MPI_Init_thread"},
     {"device", "the rank's device: on a GPU its CUDA context"},
     {"communicator", "the communicators of all groups of ranks: on GPUs NCCL's first initialisation and connections"},
     {"device_peaks", "matrix products and copies that show what the device can do"},
     {"data_sets", "the data sets are opened"}}};

/// Behind them, and a case's own: its attribute `set_up_seconds`.
inline constexpr StartupPhase kFirstCase{
    "first_case",
    "the first case's network and its first steps: on a GPU with cuDNN's search and the kernels' loading"};

}  // namespace scalemark::results
