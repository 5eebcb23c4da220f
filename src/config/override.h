#pragma once

#include <string>
#include <vector>

#include "config/layer_reader.h"

namespace scalemark::config {

/// Lays the --set arguments and overlay files over the file, in their order; quick=true lays the quick block over it
/// before all others.
/// @param overrides  each "KEY=VALUE", KEY a dotted path, VALUE YAML; or "@FILE", a YAML file that says what is
/// different: it may set any key, but is no whole config
Layer apply_overrides(const FileLayers& layers, const std::vector<std::string>& overrides,
                      const Environment& environment, Faults& faults);

}  // namespace scalemark::config
