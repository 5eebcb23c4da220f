#pragma once

#include <string>
#include <vector>

#include "config/experiment.h"
#include "config/yaml_tree.h"

namespace scalemark::config {

/// A scalar, or the scalars of a list, with ${NAME} and ${NAME:-default} replaced as a shell does it: the default
/// counts where NAME is unset or empty, and neither it nor a value is expanded again. A text in quotes that held a
/// variable counts as unquoted, because inside {...} YAML demands the quotes. Whatever is wrong is appended to
/// `complaints`.
YamlNode expand_variables(const YamlNode& node, const Environment& environment, std::vector<std::string>& complaints);

}  // namespace scalemark::config
