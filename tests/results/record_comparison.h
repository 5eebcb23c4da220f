#pragma once

#include "results/records.h"

namespace scalemark::results::testing {

/// Expects every member of the two to be equal, NaN being equal to NaN.
void expect_same(const ResultFile& expected, const ResultFile& found);
void expect_same(const CaseRecord& expected, const CaseRecord& found);

}  // namespace scalemark::results::testing
