#include "prediction/prediction.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "prediction/bandwidth_need.h"
#include "prediction/step_model.h"
#include "prediction/step_prediction.h"
#include "prediction/withholding.h"

namespace scalemark::prediction {
namespace {

constexpr int kMostRanks = 4096;

NetworkFit measured_network(const std::vector<TrainingFamily>& families) {
  std::vector<const analysis::MeasuredCase*> cases;
  for (const auto& family : families)
    cases.insert(cases.end(), family.several_ranks.begin(), family.several_ranks.end());
  return fit_network(cases);
}

/// Predicts from a fixed set of measured cases.
class Predictor {
 public:
  Predictor(const analysis::CaseSet& set, const PredictionOptions& options)
      : families_(training_families(set)), options_(options) {
    if (families_.empty()) {
      throw InputError(
          "nothing to predict from: no case on two or more ranks holds a phase pass and the arm comm_only; measure one "
          "with measure.arms: [full, no_sync, comm_only]");
    }
    measured_ = measured_network(families_);
    network_ = options.network.value_or(measured_);
    validation_ = validate(set);
    error_ = model_error(validation_);
  }

  Prediction run() const {
    Prediction prediction;
    prediction.network = network_;
    prediction.network_source = network_source();
    prediction.validation = validation_;
    prediction.notes = notes();
    for (const auto& family : families_) {
      for (const auto kind : {analysis::ScalingKind::kFixedDataSet, analysis::ScalingKind::kFixedGlobalBatch})
        predict_kind(kind, family, prediction.cases);
      for (const std::int64_t batch : family.batches())
        prediction.limits.push_back(hiding_limit(family, network_.network(), batch, furthest(family)));
    }
    return prediction;
  }

 private:
  std::string network_source() const {
    return options_.network ? "given by --network: " + network_.name : "fitted to the comm_only arm";
  }

  std::vector<std::string> notes() const {
    std::vector<std::string> notes;
    if (!is_known(network_.inter_node.link)) {
      notes.emplace_back(
          "All measured ranks share one host, so the network between hosts is unknown. Larger counts are predicted as "
          "if one larger host held them. Measure on two hosts, or give --network.");
    }
    if (const std::string unknown = unknown_parameters(network_); !unknown.empty()) {
      notes.push_back(fmt::format(
          "Unknown: {}. The bands include its whole range. A file given by --network settles it.", unknown));
    }
    return notes;
  }

  void predict_kind(analysis::ScalingKind kind, const TrainingFamily& family, std::vector<PredictedCase>& cases) const {
    const bool fixed_global = kind == analysis::ScalingKind::kFixedGlobalBatch;
    for (const std::int64_t batch : family.batches()) {
      for (const int ranks : options_.ranks) {
        if (fixed_global && batch % ranks != 0) continue;
        cases.push_back(predicted_case(family, {ranks, fixed_global ? batch / ranks : batch, batch}));
        cases.back().kind = kind;
      }
    }
  }

  PredictedCase predicted_case(const TrainingFamily& family, const Wanted& wanted) const {
    PredictedCase result;
    result.training = family.name;
    result.key = {fmt::format("{} batch {} on {} ranks", family.name, wanted.batch_per_rank, wanted.ranks),
                  wanted.ranks, wanted.batch_per_rank, wanted.batch_per_rank * wanted.ranks};
    result.extrapolated = !family.covers(wanted.batch_per_rank);
    result.as_on_one_host = !is_known(network_.inter_node.link) && wanted.ranks > network_.ranks_per_node;
    result.withheld = reason_to_refuse(family, wanted);
    if (result.withheld.empty() && !options_.extrapolate)
      result.withheld = reason_of_distance(family, measured_.hosts, wanted.ranks);
    if (result.withheld.empty()) add_numbers(family, wanted, result);
    return result;
  }

  void add_numbers(const TrainingFamily& family, const Wanted& wanted, PredictedCase& result) const {
    const StepPrediction predicted = predict_step(family, network_, error_, wanted);
    if (!options_.extrapolate) result.withheld = reason_of_band(family, network_, predicted, wanted.ranks);
    if (!result.withheld.empty()) return;
    const double work =
        static_cast<double>(wanted.batch_per_rank * wanted.ranks) / static_cast<double>(wanted.one_rank_batch);
    result.step_seconds = predicted.step_seconds;
    result.speedup = scaled(predicted.one_rank_over_step, work);
    result.efficiency = scaled(result.speedup, 1.0 / wanted.ranks);
    result.communication_seconds = predicted.step.communication_seconds;
    result.exposed_seconds = predicted.step.exposed_seconds;
    const ComputeSchedule compute = StepModel(family, wanted.batch_per_rank).compute(wanted.ranks);
    const double ideal_seconds = family.one_rank_seconds(wanted.one_rank_batch) * work / wanted.ranks;
    result.needed_bytes_per_second = bytes_per_second_needed(compute, network_.network(), wanted.ranks, ideal_seconds);
  }

  int furthest(const TrainingFamily& family) const {
    const bool anywhere = options_.extrapolate || measured_.hosts > 1;
    return anywhere ? kMostRanks : std::min(kMostRanks, kFurthest * family.most_ranks());
  }

  std::vector<TrainingFamily> families_;
  const PredictionOptions& options_;
  NetworkFit measured_;
  NetworkFit network_;
  std::vector<Validation> validation_;
  ModelError error_{};
};

}  // namespace

Prediction predict(const analysis::CaseSet& set, const PredictionOptions& options) {
  return Predictor(set, options).run();
}

}  // namespace scalemark::prediction
