#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/case_set.h"

namespace scalemark::analysis {

/// The measured case with the most images per second.
struct FastestCase {
  std::string name;
  std::vector<std::string> rivals;  ///< cases whose throughput cannot be told apart from its own
};

/// nullopt where no case was measured to its end.
std::optional<FastestCase> fastest_case(const CaseSet& set);

}  // namespace scalemark::analysis
