#include "lab/case_numbers.h"

namespace scalemark::lab {

CaseNumbers::CaseNumbers(const analysis::Report& of)
    : report(of),
      weak(of.fixed_work),
      strong(of.fixed_data_set),
      fixed_global_batch(of.fixed_global_batch),
      exposed_communication(of.exposed_communication),
      input(of.input),
      communication(of.communication),
      energy(of.energy),
      largest_batches(of.largest_batches),
      workers(of.worker_choices) {
  for (const auto& line : of.cases) {
    if (!line.published) cases.push_back(&line);
  }
  for (const auto& pair : of.published) {
    if (!pair.measured_name.empty()) published.try_emplace({pair.measured_name, pair.figure}, &pair);
  }
}

}  // namespace scalemark::lab
