#pragma once

#include <string>
#include <vector>

#include "analysis/comparison/compared_jobs.h"
#include "analysis/comparison/comparison.h"
#include "core/mean_ratio.h"

namespace scalemark::analysis {

/// A case in the jobs of both sides.
struct CopiesOfBoth {
  Copies base;
  Copies changed;
};

/// The copies that can be compared; where jobs took turns, of the rounds in which both sides have one.
CopiesOfBoth usable_copies_of(const CopiesOfBoth& all, ComparisonUnit unit);

/// Why a case is not compared; empty where it is.
std::string refusal_of(const CopiesOfBoth& all, const CopiesOfBoth& usable);

/// "base is ok; new is oom: ..."
std::string status_of(const CopiesOfBoth& all);

/// Ok in every job of base, and broken in one of new. Skipped is not broken: the launch had too few ranks, or the
/// device lacks the precision.
bool is_lost(const CopiesOfBoth& all);

/// A compared case while its family is still being gathered: its p-value is not adjusted yet, and it has no verdict.
struct CaseTest {
  ComparedCase compared;
  MeanRatio result;
};

/// Tests the ratio of the means of two sides, new against base: times, scatter, ratio and p-value are filled. `paired`
/// where value r of one belongs to value r of the other; NaN is left out.
CaseTest ratio_test(const std::vector<double>& base, const std::vector<double>& changed, bool paired, double threshold);

/// Tests the ratio of a case that is not refused.
CaseTest test_of(const CopiesOfBoth& all, const CopiesOfBoth& usable, ComparisonUnit unit, double threshold);

}  // namespace scalemark::analysis
