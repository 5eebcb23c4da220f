#include "results/roofline.h"

namespace scalemark::results {

double achieved_flops_per_second(const CaseRecord& record) {
  return record.execution.flops_per_image * record.row.images_per_second / record.row.devices;
}

double model_flops_utilization(const CaseRecord& record) {
  return achieved_flops_per_second(record) / record.execution.peak_flops_per_second;
}

}  // namespace scalemark::results
