#pragma once

#include <string>
#include <vector>

#include "config/faults.h"
#include "config/layer.h"

namespace scalemark::config {

/// One case before it is built: what it sets beside the top level's settings.
struct CasePoint {
  std::vector<const Assignment*> settings;  ///< in the order of the key table; point into the Layer
  std::vector<const Assignment*> varying;   ///< those whose axis has several values; of an entry of `cases`, all
  Place place;
  std::string path;  ///< "sweep" or "cases[1]"
  bool of_sweep;
};

/// The product of the sweep's lists, in the order written (the last varies fastest), then the entries of `cases`.
/// Those with a fault are left out; a product that is too large is a fault.
std::vector<CasePoint> case_points(const Layer& layer, Faults& faults);

}  // namespace scalemark::config
