#include <fmt/format.h>
#include <nvtx3/nvToolsExt.h>

#include <cstddef>
#include <cstdint>

#include "measure/step_ranges.h"

namespace scalemark::measure {
namespace {

/// A thread's ranges are a stack: phases come and go within their step.
class StepRanges : public StepObserver {
 public:
  void begin_step() override { nvtxRangePushA(fmt::format("step {}", step_++).c_str()); }
  void end_step() override { nvtxRangePop(); }
  void begin(Phase phase) override { nvtxRangePushA(kPhaseNames[static_cast<std::size_t>(phase)]); }
  void end(Phase) override { nvtxRangePop(); }

  // A moment and no range: autograd's own thread may say it.
  void bucket_ready(std::size_t bucket) override { nvtxMarkA(fmt::format("bucket {}", bucket).c_str()); }

 private:
  std::int64_t step_ = 0;
};

}  // namespace

std::unique_ptr<StepObserver> make_step_ranges() { return std::make_unique<StepRanges>(); }

}  // namespace scalemark::measure
