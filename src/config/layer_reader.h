#pragma once

#include <optional>

#include "config/experiment.h"
#include "config/faults.h"
#include "config/layer.h"
#include "config/yaml_tree.h"

namespace scalemark::config {

struct FileLayers {
  Layer file;
  std::optional<Layer> quick;  ///< nullopt where the file has no quick block
};

/// Checks every key and value of a config file. Nested maps and dotted keys mean the same.
FileLayers read_file_layers(const YamlNode& document, const Environment& environment, Faults& faults);

/// Checks a --set argument, given as a map of one dotted key.
Layer read_override_layer(const YamlNode& document, const Environment& environment, Faults& faults);

}  // namespace scalemark::config
