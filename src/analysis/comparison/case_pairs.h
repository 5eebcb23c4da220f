#pragma once

#include <string>
#include <utility>
#include <vector>

#include "analysis/case_set.h"

namespace scalemark::analysis {

/// The cases of two files that are the same work, as far as can be told. Points into the two sets.
struct CasePairs {
  std::vector<std::pair<const MeasuredCase*, const MeasuredCase*>> pairs;  ///< {base, new}, in base's order
  std::vector<const MeasuredCase*> only_base;
  std::vector<const MeasuredCase*> only_new;
};

/// Pairs cases of equal work, those of the same name first; what is left is paired by name alone, so that a case whose
/// work was changed is named as not comparable instead of missing on both sides.
CasePairs pair_cases(const CaseSet& base, const CaseSet& changed);

/// What the two sides of a comparison must agree in, ranks, batches and mode aside.
Signature comparison_signature(const MeasuredCase& one);

/// Why the step times of two cases say nothing about each other: a difference in the work of a step, in how it is
/// measured (core/key_roles.h) or in the device. Versions are no reason, since they are what `compare` is asked about;
/// nor is a parameter that only one side records, as files of different releases do.
std::vector<std::string> obstacles(const MeasuredCase& base, const MeasuredCase& changed);

/// Names that only one of the two signatures has, versions aside.
std::vector<std::string> recorded_once(const Signature& base, const Signature& changed);

}  // namespace scalemark::analysis
