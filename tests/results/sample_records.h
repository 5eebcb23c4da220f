#pragma once

#include <cstdint>
#include <string>

#include "results/records.h"

namespace scalemark::results::testing {

/// Samples [repetition, step, rank] with value base + 0.1 repetition + 0.01 step + 0.001 rank.
StepSamples sample_steps(double base, std::int64_t repetitions, std::int64_t steps, std::int64_t ranks);

/// A case with every member filled: 3 repetitions, 4 steps, 2 ranks, 2 buckets, 6 phases, 2 epochs.
CaseRecord full_case(const std::string& case_id);

/// Takes the points of the arms' steps out, for a case whose arms are to change.
void drop_step_series(CaseRecord& record);

/// A case that never ran.
CaseRecord skipped_case(const std::string& case_id);

/// A collective with every member filled: 3 sizes, 2 repetitions, 2 ranks.
CommRecord sample_comm();

/// A header without cases.
ResultFile sample_header();

/// A path in a fresh folder of this test process, which is removed when the process ends.
std::string fresh_path(const std::string& name);

}  // namespace scalemark::results::testing
