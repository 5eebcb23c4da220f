#pragma once

#include <cstdint>
#include <vector>

#include "prediction/made_up_world.h"

namespace scalemark::prediction {

/// How often the bands held the true step, over many worlds of one kind.
struct Coverage {
  int worlds = 0;
  int predicted = 0;  ///< not withheld
  int covered = 0;    ///< of those predicted
  double width = 0;   ///< median of the bands' upper end over their lower
  double bias = 0;    ///< median of predicted over true step

  double covered_share() const { return predicted == 0 ? 1.0 : static_cast<double>(covered) / predicted; }
  double withheld_share() const { return 1 - static_cast<double>(predicted) / worlds; }
};

/// Measures `worlds` worlds and predicts `factor` times the largest measured count in each. The seeds are 1, 2, ...
Coverage coverage_of(const Troubles& troubles, const Layout& layout, int factor, int worlds);

const std::vector<Troubles>& kinds_of_trouble();
const std::vector<Layout>& layouts();

}  // namespace scalemark::prediction
