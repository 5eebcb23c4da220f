#pragma once

#include <string>

#include "analysis/case_set.h"

namespace scalemark::analysis {

/// Why repetition r of the two cases was not measured in one round, so that a drift of the machine does not cancel in
/// their ratio; empty where it was. Of files that record neither block nor visits, it is what the programs that wrote
/// them did: the cases of a list took turns, and those of a sweep that differ in nothing but gpus.
std::string why_not_in_turns(const MeasuredCase& base, const MeasuredCase& one);

}  // namespace scalemark::analysis
