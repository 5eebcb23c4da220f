#include <algorithm>
#include <cmath>
#include <iterator>

#include "report/tables/columns.h"
#include "report/tables/tables.h"

namespace scalemark::report {
namespace {

using analysis::CaseLine;

constexpr const char* kExplanation =
    "Operations: those of convolutions and linear layers, forward and backward. A multiplication and an addition "
    "count as two; what is computed twice to save memory counts once. Bytes: the fewest that training moves, if each "
    "layer reads and writes its maps and gradients once; a norm counts as one layer with the addition and ReLU after "
    "it. Caches can save some. Reached: the rate per device over the mean step. The same ranks measured the device's "
    "rates at the start of the job, in the case's precision. Peak: the fastest of three large matrix products of "
    "ones. Sustained: the mean of products of random numbers for a second, which draw more power. Copy: in the "
    "device's memory, read and written. MFU is the share of the sustained rate, or of the peak in files that lack "
    "the former. Share of the roofline: of the speed at which either products or copies would reach their peak. "
    "Steps: replayed as graphs, or queued one operation at a time, with the reason.";

/// A getter of what `kMember` says about how the case was run.
template <auto kMember>
auto execution(const CaseLine& line) {
  return line.execution.*kMember;
}

}  // namespace

Section roofline_section(const std::vector<CaseLine>& cases) {
  using results::Execution;
  auto columns = key_columns<CaseLine>();
  columns.number("operations per image", "flops_per_image", Unit::kFlops, execution<&Execution::flops_per_image>)
      .number("reached", "achieved_flops_per_second", Unit::kFlopsPerSecond, &CaseLine::achieved_flops_per_second)
      .number("peak", "peak_flops_per_second", Unit::kFlopsPerSecond, execution<&Execution::peak_flops_per_second>)
      .number("sustained", "sustained_flops_per_second", Unit::kFlopsPerSecond,
              execution<&Execution::sustained_flops_per_second>)
      .number("share of it (MFU)", "model_flops_utilization", Unit::kFraction, &CaseLine::model_flops_utilization)
      .number("bytes per image", "bytes_per_image", Unit::kBytes, execution<&Execution::bytes_per_image>)
      .number("reached", "achieved_bytes_per_second", Unit::kBytesPerSecond, &CaseLine::achieved_bytes_per_second)
      .number("copy", "peak_bytes_per_second", Unit::kBytesPerSecond, execution<&Execution::peak_bytes_per_second>)
      .number("share of the roofline", "roofline_fraction", Unit::kFraction, &CaseLine::roofline_fraction)
      .text("steps", "step_launch", execution<&Execution::step_launch>)
      .text("images", "image_residence", execution<&Execution::image_residence>);
  std::vector<CaseLine> shown;
  std::copy_if(cases.begin(), cases.end(), std::back_inserter(shown),
               [](const CaseLine& line) { return std::isfinite(line.achieved_flops_per_second); });
  return {"Against what the device can do", kExplanation,
          columns.table("roofline", "No case holds the operations of its network.", shown)};
}

}  // namespace scalemark::report
