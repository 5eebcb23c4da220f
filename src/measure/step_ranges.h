#pragma once

#include <memory>

#include "measure/phase_recorder.h"

namespace scalemark::measure {

/// Names steps and phases as NVTX ranges ("step 0", "forward") and marks the moment at which a bucket is full ("bucket
/// 2"), for a profiler that listens, such as Nsight Systems. Steps count from 0. A build without NVTX names nothing.
std::unique_ptr<StepObserver> make_step_ranges();

}  // namespace scalemark::measure
