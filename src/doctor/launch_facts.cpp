#include "doctor/launch_facts.h"

namespace scalemark::doctor {

LaunchFacts launch_facts(const Environment& environment, const std::string& mpi_library) {
  LaunchFacts facts;
  facts.mpi_library = mpi_library;
  const auto number = [&](const char* name) { return number_in(environment, name).value_or(kUnknown); };
  // A batch script, and what it starts without srun, has the number of the job's tasks, but belongs to no step.
  if (number_in(environment, "SLURM_STEP_ID")) facts.step_tasks = number("SLURM_STEP_NUM_TASKS");
  facts.job_tasks = number("SLURM_NTASKS");
  facts.mpirun_tasks = number("OMPI_COMM_WORLD_SIZE");
  // srun --mpi=pmi2 sets this one too.
  if (facts.mpirun_tasks == kUnknown && facts.step_tasks == kUnknown) facts.mpirun_tasks = number("PMI_SIZE");
  facts.has_pmix = environment("PMIX_RANK").has_value() || environment("PMIX_NAMESPACE").has_value();
  facts.has_pmi = environment("PMI_RANK").has_value() || environment("PMI_FD").has_value();
  facts.launcher_rank = launcher_rank(environment).value_or(kUnknown);
  return facts;
}

}  // namespace scalemark::doctor
