#pragma once

#include <string>
#include <vector>

#include "analysis/case_set.h"

namespace scalemark::analysis {

/// The flag of a case during whose repetitions the host was busy with other work.
inline constexpr const char* kOtherLoad = "other load";

/// A reason to distrust a case's numbers.
struct ValidityFlag {
  CaseKey key;
  std::string kind;  ///< "drift over repetitions", "trend within repetitions", "warm-up", "repetitions", ...
  std::string text;
};

/// Says, in a sentence for the report, what is tested and when it is flagged.
std::string stability_criteria();

/// Tests the full arm of an ok case: a drift over its repetitions, a trend over the steps of a repetition, a first step
/// that is still warming up, repetitions that are too few or missing, other load on a host, lowered clocks, steps
/// that fp16 left out, arms that contradict each other, ranks with unequal threads on one host.
std::vector<ValidityFlag> validity_flags(const MeasuredCase& one);

}  // namespace scalemark::analysis
