#pragma once

#include <string>

#include "results/records.h"

namespace scalemark::analysis {

/// A file, and what messages call it.
struct NamedFile {
  std::string name;
  const results::ResultFile* file = nullptr;
};

}  // namespace scalemark::analysis
