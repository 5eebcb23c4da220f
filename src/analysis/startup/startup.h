#pragma once

#include <string>
#include <vector>

#include "results/records.h"

namespace scalemark::analysis {

/// A part of a job's start.
struct StartupLine {
  std::string file;
  std::string phase;
  double seconds;  ///< of its slowest rank
  std::string what;
};

/// Of every file that holds any, in the order in which they happen.
std::vector<StartupLine> startup_lines(const std::vector<results::ResultFile>& files);

}  // namespace scalemark::analysis
