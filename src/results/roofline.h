#pragma once

#include <array>

#include "results/records.h"

namespace scalemark::results {

/// Floating-point operations per second of one device of the case, over its mean step: those that its images need,
/// whatever was computed twice to save memory. NaN where a factor was not measured.
double achieved_flops_per_second(const CaseRecord& record);

/// The same as a fraction of what the device sustains in large matrix products of random numbers: model FLOPs
/// utilisation (Chowdhery et al. 2022, "PaLM", appendix B), with a measured rate in place of the data sheet's. A file
/// that lacks it (of minor 0 or 1) gives its `peak_flops_per_second`, the fastest product of ones, in its place.
double model_flops_utilization(const CaseRecord& record);

/// Bytes per second of one device of the case, over its mean step, that its images need to move at the least. NaN
/// where a factor was not measured.
double achieved_bytes_per_second(const CaseRecord& record);

/// The case's speed as a fraction of what the roofline model allows its network (Williams, Waterman and Patterson
/// 2009): no faster than the peak of products, no faster than a copy moves the least bytes. NaN where a factor was not
/// measured.
double roofline_fraction(const CaseRecord& record);

/// Attributes of a case's group that follow from others, for whoever reads the file without Scalemark; never read back.
struct DerivedNumber {
  const char* name;
  double (*value)(const CaseRecord& record);
};
inline constexpr std::array<DerivedNumber, 4> kDerivedNumbers{{{"achieved_flops_per_second", achieved_flops_per_second},
                                                               {"model_flops_utilization", model_flops_utilization},
                                                               {"achieved_bytes_per_second", achieved_bytes_per_second},
                                                               {"roofline_fraction", roofline_fraction}}};

}  // namespace scalemark::results
