#pragma once

#include "results/records.h"

namespace scalemark::results {

/// Floating-point operations per second of one device of the case, over its median step: those that its images need,
/// whatever was computed twice to save memory. NaN where a factor was not measured.
double achieved_flops_per_second(const CaseRecord& record);

/// The same as a fraction of what the device reaches in a large matrix product: model FLOPs utilisation (Chowdhery et
/// al. 2022, "PaLM", appendix B), with a measured peak in place of the data sheet's.
double model_flops_utilization(const CaseRecord& record);

}  // namespace scalemark::results
