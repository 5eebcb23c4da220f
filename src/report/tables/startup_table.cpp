#include "report/tables/columns.h"
#include "report/tables/tables.h"

namespace scalemark::report {

Section startup_section(const std::vector<analysis::StartupLine>& lines) {
  using analysis::StartupLine;
  Columns<StartupLine> columns;
  columns.text("file", "file", &StartupLine::file)
      .text("part", "phase", &StartupLine::phase)
      .number("time", "startup_seconds", Unit::kSeconds, &StartupLine::seconds)
      .text("what it is", "what", &StartupLine::what);
  return {
      "Start of the job",
      "What passed before the first timed step, each part on its slowest rank. The parts follow each other, but not "
      "without gaps: what the launcher did before the processes were there, the checks of launch and images, and "
      "the warm-up are none of them. None of it is part of a step time.",
      columns.table("startup", "No file tells what its job's start took.", lines)};
}

}  // namespace scalemark::report
