#include <fmt/format.h>

#include <algorithm>

#include "doctor/checks.h"

namespace scalemark::doctor {
namespace {

constexpr const char* kUsePmix =
    "srun --mpi=pmix (srun --mpi=list shows what this Slurm has), or mpirun inside the allocation";

bool is_open_mpi(const LaunchFacts& launch) { return launch.mpi_library.starts_with("Open MPI"); }

/// Cases that need more ranks than were launched.
void add_missing_ranks(const Wishes& wishes, int world_size, Findings& findings) {
  if (wishes.least_ranks > world_size) {
    findings.push_back(input_fault(
        fmt::format("all cases need {} ranks or more, and {} were launched", wishes.least_ranks, world_size),
        fmt::format("start with mpirun -n {}", wishes.least_ranks)));
  } else if (wishes.most_ranks > world_size) {
    findings.push_back(
        warning(fmt::format("the config has cases on {} ranks, and {} were launched: those cases will be skipped",
                            wishes.most_ranks, world_size),
                fmt::format("launch {} ranks", wishes.most_ranks)));
  }
}

}  // namespace

Findings check_launcher(const LaunchFacts& launch) {
  const bool by_srun_alone = launch.step_tasks != kUnknown && launch.mpirun_tasks == kUnknown && !launch.has_pmix;
  if (!by_srun_alone || !is_open_mpi(launch)) return {};
  if (launch.has_pmi) {
    return {
        warning(fmt::format("srun offers PMI-2 and no PMIx, and {} may refuse to start under it", launch.mpi_library),
                fmt::format("if it does: {}", kUsePmix))};
  }
  return {launch_fault(fmt::format("srun started {} process(es) without PMIx, and {} cannot start that way: "
                                   "--mpi=none, or an MPI other than Slurm's default",
                                   launch.step_tasks, launch.mpi_library),
                       kUsePmix)};
}

Findings check_world(const JobFacts& job) {
  const RankFacts& first = job.ranks.front();
  const int started = std::max(first.launch.step_tasks, first.launch.mpirun_tasks);
  if (first.world_size == 1 && started > 1) {
    return {
        launch_fault(fmt::format("{} processes were started, and each is alone in a world of one rank: the launcher "
                                 "and {} do not understand each other",
                                 started, first.launch.mpi_library),
                     fmt::format("{}. In a container, use an MPI of the host's major version", kUsePmix))};
  }
  Findings findings;
  if (first.world_size == 1 && started == kUnknown && first.launch.job_tasks > 1) {
    findings.push_back(
        warning(fmt::format("the job has {} tasks, but this is the only rank: it was started without srun",
                            first.launch.job_tasks),
                "put srun --mpi=pmix in front of scalemark"));
  }
  add_missing_ranks(job.wishes, first.world_size, findings);
  return findings;
}

}  // namespace scalemark::doctor
