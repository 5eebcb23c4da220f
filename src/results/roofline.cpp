#include "results/roofline.h"

#include <algorithm>
#include <cmath>

namespace scalemark::results {

double achieved_flops_per_second(const CaseRecord& record) {
  return record.execution.flops_per_image * record.row.images_per_second / record.row.devices;
}

double model_flops_utilization(const CaseRecord& record) {
  const Execution& execution = record.execution;
  const bool is_sustained = std::isfinite(execution.sustained_flops_per_second);
  return achieved_flops_per_second(record) /
         (is_sustained ? execution.sustained_flops_per_second : execution.peak_flops_per_second);
}

double achieved_bytes_per_second(const CaseRecord& record) {
  return record.execution.bytes_per_image * record.row.images_per_second / record.row.devices;
}

double roofline_fraction(const CaseRecord& record) {
  const double of_products = model_flops_utilization(record);
  const double of_memory = achieved_bytes_per_second(record) / record.execution.peak_bytes_per_second;
  return std::isnan(of_memory) ? of_memory : std::max(of_products, of_memory);  // std::max keeps a NaN on its left
}

}  // namespace scalemark::results
