#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "analysis/case_set.h"
#include "analysis/scaling.h"
#include "prediction/network_model.h"
#include "report/section.h"

namespace scalemark::prediction {

struct PredictionOptions {
  std::vector<int> ranks;               ///< to predict; each at least 2
  std::optional<NetworkModel> network;  ///< in place of the one fitted to the files
};

/// One predicted case. Bands are 95 %: the repetitions' scatter and the validation's errors together.
struct PredictedCase {
  analysis::ScalingKind kind = analysis::ScalingKind::kFixedDataSet;
  std::string training;  ///< the model, and what tells it from other measured trainings of the model
  analysis::CaseKey key;
  Interval step_seconds = analysis::kNoInterval;
  Interval speedup = analysis::kNoInterval;  ///< over one rank, of the held work
  Interval efficiency = analysis::kNoInterval;
  double communication_seconds = results::kNotMeasured;
  double exposed_seconds = results::kNotMeasured;
  double needed_bytes_per_second = results::kNotMeasured;  ///< for 90 % efficiency; NaN where no bandwidth is enough
  bool extrapolated = false;                               ///< the batch per rank is outside the measured ones
};

/// Where communication stops hiding behind backward, of one training and batch per rank.
struct HidingLimit {
  std::string training;  ///< the model, and what tells it from other measured trainings of the model
  std::int64_t batch_per_rank = 0;
  int ranks = 0;  ///< the smallest power of two at which more than 1 % of the step is exposed; 0: up to 4096 none
};

/// A measured case of several ranks, predicted from the others.
struct Validation {
  analysis::CaseKey key;
  double measured_seconds = results::kNotMeasured;
  double predicted_seconds = results::kNotMeasured;
  std::string source;  ///< "the other cases", or "itself: no other case holds its network's traffic"
  double error() const { return predicted_seconds / measured_seconds - 1; }
};

struct Prediction {
  NetworkModel network;
  std::string network_source;
  std::vector<PredictedCase> cases;
  std::vector<HidingLimit> limits;
  std::vector<Validation> validation;
  double model_error = results::kNotMeasured;  ///< root mean square of the validation's log errors
  std::vector<std::string> notes;
};

/// Predicts strong and weak scaling from measured cases: the compute schedule of each model and batch, the bucket
/// schedule, and a network fitted to the comm_only arm (or `options.network`), by simulating the overlapped reduction.
/// @throws InputError where no case of two or more ranks holds a phase pass and buckets.
Prediction predict(const analysis::CaseSet& set, const PredictionOptions& options);

/// Predictions by kind of scaling, hiding limits, validation.
std::vector<report::Section> prediction_sections(const Prediction& prediction);

/// Markdown: what the prediction rests on, and every table.
std::string prediction_page(const Prediction& prediction);

/// Writes predict.md, one CSV file per table and network.yaml, the network as --network reads it. Returns the files'
/// paths, predict.md first.
/// @throws InputError where a file exists already (nothing is written then) or cannot be written.
std::vector<std::filesystem::path> write_prediction(const Prediction& prediction, const std::filesystem::path& folder);

}  // namespace scalemark::prediction
