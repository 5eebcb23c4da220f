#pragma once

#include <string>

#include "prediction/prediction.h"

namespace scalemark::prediction {

/// The prediction as a document of kind "predict" (docs/json.md): the network that it rests on, and every table.
std::string prediction_json(const Prediction& prediction);

}  // namespace scalemark::prediction
