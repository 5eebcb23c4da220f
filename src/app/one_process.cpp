#include "app/one_process.h"

#include <fmt/format.h>

#include "core/error.h"

namespace scalemark::app {

void require_one_process(const std::string& command, const Environment& environment) {
  const int rank = launcher_rank(environment).value_or(0);
  if (rank == 0) return;
  throw LaunchError(rank > 1 ? ""
                             : fmt::format("{0} is one process, and the launcher started several: start scalemark {0} "
                                           "without mpirun or srun",
                                           command));
}

}  // namespace scalemark::app
