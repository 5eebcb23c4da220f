#include "measure/step_ranges.h"

namespace scalemark::measure {

std::unique_ptr<StepObserver> make_step_ranges() { return std::make_unique<StepObserver>(); }

}  // namespace scalemark::measure
