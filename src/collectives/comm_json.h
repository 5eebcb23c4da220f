#pragma once

#include <optional>
#include <span>
#include <string>

#include "collectives/measure_collective.h"
#include "collectives/operation.h"
#include "collectives/verdicts.h"
#include "results/records.h"

namespace scalemark::collectives {

/// The collectives of `job` as a document of kind "comm" (docs/json.md).
/// @param operations  of job.comm, in its order
/// @param passes      whether the gate was passed; none without one
std::string comm_json(std::span<const Operation> operations, const results::ResultFile& job,
                      std::span<const Verdict> verdicts = {}, std::optional<bool> passes = std::nullopt);

/// The same with the members of the file that nccl-tests' -J writes (its src/util.cu, version 2).
std::string nccl_tests_json(std::span<const Operation> operations, const MeasureOptions& options,
                            const results::ResultFile& job);

}  // namespace scalemark::collectives
