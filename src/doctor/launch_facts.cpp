#include "doctor/launch_facts.h"

#include <charconv>
#include <cstdlib>

namespace scalemark::doctor {

std::optional<std::string> environment_variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

int number_in(const Variables& variables, const std::string& name) {
  const std::string text = variables(name).value_or("");
  int value = kUnknown;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() ? value : kUnknown;
}

LaunchFacts launch_facts(const Variables& variables, const std::string& mpi_library) {
  LaunchFacts facts;
  facts.mpi_library = mpi_library;
  // A batch script, and what it starts without srun, has the number of the job's tasks, but belongs to no step.
  if (number_in(variables, "SLURM_STEP_ID") != kUnknown)
    facts.step_tasks = number_in(variables, "SLURM_STEP_NUM_TASKS");
  facts.job_tasks = number_in(variables, "SLURM_NTASKS");
  facts.mpirun_tasks = number_in(variables, "OMPI_COMM_WORLD_SIZE");
  // srun --mpi=pmi2 sets this one too.
  if (facts.mpirun_tasks == kUnknown && facts.step_tasks == kUnknown)
    facts.mpirun_tasks = number_in(variables, "PMI_SIZE");
  facts.has_pmix = variables("PMIX_RANK").has_value() || variables("PMIX_NAMESPACE").has_value();
  facts.has_pmi = variables("PMI_RANK").has_value() || variables("PMI_FD").has_value();
  for (const char* name : {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "SLURM_PROCID"}) {
    if (const int rank = number_in(variables, name); rank != kUnknown) {
      facts.launcher_rank = rank;
      break;
    }
  }
  return facts;
}

}  // namespace scalemark::doctor
