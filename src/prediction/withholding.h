#pragma once

#include <string>

#include "prediction/network_fit.h"
#include "prediction/step_prediction.h"
#include "prediction/training_family.h"

namespace scalemark::prediction {

/// Without two hosts in the measurement, counts up to this many times the largest measured one are predicted.
inline constexpr int kFurthest = 8;

/// Why no number is printed whatever is asked for: a global batch that `run` would refuse; empty where there is no
/// reason.
std::string reason_to_refuse(const TrainingFamily& family, const Wanted& wanted);

/// Why a count is too far from what was measured to be predicted, unless it is asked for by --extrapolate.
std::string reason_of_distance(const TrainingFamily& family, int hosts, int ranks);

/// Why what was predicted is no prediction, unless it is asked for by --extrapolate: an unknown parameter decides, or
/// the band is wider than a factor of two either way.
std::string reason_of_band(const TrainingFamily& family, const NetworkFit& network, const StepPrediction& prediction,
                           int ranks);

/// "the latency between nodes and how its bandwidth falls with their number"; empty where all is known.
std::string unknown_parameters(const NetworkFit& network);

}  // namespace scalemark::prediction
