#pragma once

#include <string>
#include <vector>

#include "config/layer_reader.h"

namespace scalemark::config {

/// Lays the --set arguments over the file, in their order; quick=true lays the quick block over it before all others.
/// @param overrides  each "KEY=VALUE", KEY a dotted path, VALUE YAML
Layer apply_overrides(const FileLayers& layers, const std::vector<std::string>& overrides,
                      const Environment& environment, Faults& faults);

}  // namespace scalemark::config
