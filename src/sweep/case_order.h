#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "config/experiment.h"

namespace scalemark::sweep {

/// One repetition of one case.
struct Visit {
  std::size_t case_index;
  int repetition;
};

/// The order of a sweep. Cases of one block are compared with each other, so their repetitions are interleaved and each
/// repetition begins with another case; blocks go from little work to much, so that a small set is complete early.
/// @param done  the repetitions that a case has already (a resumed job); they are left out.
std::vector<Visit> order_visits(const std::vector<config::CaseConfig>& cases,
                                const std::function<int(const config::CaseConfig&)>& done);

}  // namespace scalemark::sweep
