#pragma once

#include <span>
#include <vector>

#include "analysis/comparison/case_ratio_test.h"
#include "analysis/comparison/comparison.h"
#include "results/records.h"

namespace scalemark::analysis {

/// What a comparison is about.
enum class ComparedKind {
  kCases,       ///< step times, as `scalemark run` measures them
  kCollectives  ///< collectives by themselves, as `scalemark comm` measures them
};

/// @throws InputError where one file holds collectives alone and another none.
ComparedKind compared_kind(std::span<const results::ResultFile> base, std::span<const results::ResultFile> changed);

struct CollectiveTests {
  std::vector<CaseTest> tests;  ///< in base's order, one per operation, size and number of buffers
  std::vector<UncomparedCase> others;
};

/// Tests the collectives of both sides, size by size: the repetitions of two files, each of its slowest rank, or the
/// means of whole jobs. One that base holds and new lacks, or gets wrong elements from where base got none, is lost.
CollectiveTests test_collectives(std::span<const results::ResultFile> base,
                                 std::span<const results::ResultFile> changed, ComparisonUnit unit,
                                 const ComparisonOptions& options);

}  // namespace scalemark::analysis
