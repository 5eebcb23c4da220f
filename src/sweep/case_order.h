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

/// The order of a sweep. Cases of one block are compared with each other, so they are measured in rounds: repetition r
/// of all of them before r + 1 of any. The first round goes from small steps to large, so that a report of one that is
/// cut short has whole sets. The others begin with a case drawn by lot, and every second goes backwards: paired
/// intervals then cover what they should, whatever the machine does meanwhile (bench/visit_order.py). Blocks go from
/// little work to much, so that a small set is complete early.
/// @param done  the repetitions that a case has already (a resumed job); they are left out.
/// @param seed  of the lots.
std::vector<Visit> order_visits(const std::vector<config::CaseConfig>& cases,
                                const std::function<int(const config::CaseConfig&)>& done, std::uint64_t seed);

}  // namespace scalemark::sweep
