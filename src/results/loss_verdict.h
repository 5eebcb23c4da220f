#pragma once

#include <optional>
#include <string>
#include <vector>

namespace scalemark::results {

/// Why a training of these losses is invalid, nullopt where it is not: a loss is not finite. One at a step that fp16's
/// gradient scaler left out has done no harm to the parameters, unless it is the last, where the training has not come
/// back.
/// @param skipped  [step] 1 where the step was left out; empty where none can be.
std::optional<std::string> invalid_losses(const std::vector<double>& loss, const std::vector<double>& skipped);

}  // namespace scalemark::results
