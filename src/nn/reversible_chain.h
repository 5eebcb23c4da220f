#pragma once

#include <memory>
#include <vector>

#include "nn/reversible_unit.h"

namespace scalemark::nn {

/// The units one after another, without their activations: backward goes from the last unit's output to the first one's
/// input, each input computed from the output as x2 = y2 - G(y1), x1 = y1 - F(x2) (Gomez et al. 2017, algorithm 1). The
/// memory does not depend on how many units there are. Each parameter's gradient is ready once per backward, unit by
/// unit. Backward can be run once per forward.
/// @param units  each of them reversible
Halves reversible_chain(const std::vector<std::shared_ptr<ReversibleUnit>>& units, const Halves& x);

}  // namespace scalemark::nn
