#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "analysis/case_set.h"
#include "analysis/scaling.h"
#include "prediction/hiding_limit.h"
#include "prediction/network_fit.h"
#include "prediction/validation.h"
#include "report/section.h"

namespace scalemark::prediction {

struct PredictionOptions {
  std::vector<int> ranks;             ///< to predict; each at least 2
  std::optional<NetworkFit> network;  ///< in place of the one fitted to the files
  bool extrapolate = false;           ///< predict what is too far, or too wide, to be a prediction
};

/// One predicted case. Bands are 95 %. Where it is withheld, all numbers are NaN.
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
  std::string withheld;                                    ///< why there is no number; empty where there is one
  bool extrapolated = false;                               ///< the batch per rank is outside the measured ones
  bool as_on_one_host = false;  ///< no traffic between hosts was measured: a host of so many ranks is taken
};

struct Prediction {
  NetworkFit network;
  std::string network_source;
  std::vector<PredictedCase> cases;
  std::vector<HidingLimit> limits;
  std::vector<Validation> validation;
  std::vector<std::string> notes;
};

/// Predicts strong and weak scaling from measured cases: the compute schedule of each model and batch at the speed of
/// the slowest rank, the bucket schedule, and a network fitted to the comm_only arm (or `options.network`), by
/// simulating the overlapped reduction.
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
