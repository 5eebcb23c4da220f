#pragma once

#include <array>

#include "results/records.h"

namespace scalemark::results {

/// The attributes of a case's group that hold its Execution; texts are left out where empty, numbers where NaN.
struct ExecutionText {
  const char* name;
  std::string Execution::*value;
};
struct ExecutionNumber {
  const char* name;
  double Execution::*value;
};

inline constexpr std::array<ExecutionText, 4> kExecutionTexts{{{"step_launch", &Execution::step_launch},
                                                               {"image_residence", &Execution::image_residence},
                                                               {"comm_launch", &Execution::comm_launch},
                                                               {"nccl_choices", &Execution::nccl_choices}}};

inline constexpr std::array<ExecutionNumber, 7> kExecutionNumbers{
    {{"resident_bytes", &Execution::resident_bytes},
     {"flops_per_image", &Execution::flops_per_image},
     {"bytes_per_image", &Execution::bytes_per_image},
     {"peak_flops_per_second", &Execution::peak_flops_per_second},
     {"peak_bytes_per_second", &Execution::peak_bytes_per_second},
     {"sustained_flops_per_second", &Execution::sustained_flops_per_second},
     {"set_up_seconds", &Execution::set_up_seconds}}};

}  // namespace scalemark::results
