#pragma once

#include <string>

#include "config/layer.h"

namespace scalemark::config {

/// A config that says what `layer` says, with every default written out. Reading it gives the same cases.
std::string resolved_yaml(const Layer& layer);

}  // namespace scalemark::config
