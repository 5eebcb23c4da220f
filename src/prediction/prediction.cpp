#include "prediction/prediction.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "core/error.h"
#include "prediction/network_fit.h"
#include "prediction/training_family.h"

namespace scalemark::prediction {
namespace {

constexpr double kWantedEfficiency = 0.9;
constexpr double kHiddenShare = 0.01;
constexpr int kMostRanks = 4096;

bool is_known(const LinkModel& link) { return std::isfinite(link.latency_seconds) && link.bytes_per_second > 0; }

/// The network of one repetition, with the level that was not measured taken to be like the other.
NetworkModel measured_network(const std::vector<const analysis::MeasuredCase*>& cases, std::size_t repetition) {
  NetworkModel network = fit_network(cases, repetition);
  if (!is_known(network.inter_node)) network.inter_node = network.intra_node;
  if (!is_known(network.intra_node)) network.intra_node = network.inter_node;
  return network;
}

SimulatedStep simulate(const ComputeSchedule& compute, const NetworkModel& network, int ranks) {
  return simulate_step(compute, [&](double bytes) { return all_reduce_seconds(network, ranks, bytes); });
}

double geometric_mean(double a, double b) { return std::sqrt(a * b); }

/// The bandwidth between nodes (inside the node, where all ranks fit into one) that brings the efficiency to 90 %.
double needed_bandwidth(const ComputeSchedule& compute, NetworkModel network, int ranks, double ideal_seconds) {
  LinkModel& link = ranks <= network.ranks_per_node ? network.intra_node : network.inter_node;
  const auto reaches = [&](double bytes_per_second) {
    link.bytes_per_second = bytes_per_second;
    return ideal_seconds / simulate(compute, network, ranks).step_seconds >= kWantedEfficiency;
  };
  if (!reaches(std::numeric_limits<double>::infinity())) return results::kNotMeasured;
  double low = 1;
  double high = 1e15;
  for (int halving = 0; halving < 60; ++halving) {
    const double middle = geometric_mean(low, high);
    (reaches(middle) ? high : low) = middle;
  }
  return high;
}

/// Wider by the model's own error: both are taken as independent, in logarithms.
Interval widened(const Interval& interval, double model_error) {
  constexpr double kTwoSided95 = 1.96;
  if (!std::isfinite(model_error)) return interval;
  const double scatter = std::isfinite(interval.high) ? std::log(interval.high / interval.low) / 2 : 0;
  const double factor = std::exp(std::hypot(scatter, kTwoSided95 * model_error));
  return {interval.estimate, interval.estimate / factor, interval.estimate * factor};
}

/// Predicts from a fixed set of measured cases.
class Predictor {
 public:
  Predictor(const analysis::CaseSet& set, const PredictionOptions& options)
      : families_(training_families(set)), options_(options) {
    for (const auto& family : families_) {
      for (const analysis::MeasuredCase* one : family.several_ranks) measured_.push_back(one);
    }
    if (measured_.empty()) {
      throw InputError(
          "nothing to predict from: no case on two or more ranks holds a phase pass and the arm comm_only; measure one "
          "with measure.arms: [full, no_sync, comm_only]");
    }
    std::size_t repetitions = 0;
    for (const auto& family : families_) repetitions = std::max(repetitions, family.repetitions());
    for (std::size_t r = 0; r < repetitions; ++r) networks_.push_back(measured_network(measured_, r));
  }

  Prediction run() {
    Prediction prediction;
    describe_network(prediction);
    validate(prediction);
    for (const auto& family : families_) {
      for (const analysis::ScalingKind kind :
           {analysis::ScalingKind::kFixedDataSet, analysis::ScalingKind::kFixedGlobalBatch}) {
        for (const std::int64_t batch : family.batches()) {
          for (const int ranks : options_.ranks) predict_case(kind, family, batch, ranks, prediction);
        }
      }
      for (const std::int64_t batch : family.batches()) prediction.limits.push_back(hiding_limit(family, batch));
    }
    return prediction;
  }

 private:
  const NetworkModel& network(std::size_t repetition) const {
    return options_.network ? *options_.network : networks_.at(repetition);
  }

  void describe_network(Prediction& prediction) const {
    prediction.network = network(0);
    if (options_.network) {
      prediction.network_source = fmt::format("the network file: {}", options_.network->name);
      return;
    }
    prediction.network_source = "fitted to the comm_only arm";
    if (!is_known(fit_network(measured_, 0).inter_node)) {
      prediction.notes.emplace_back(
          "All measured ranks share one host: a node beyond it is taken to be linked like a rank inside it. Give "
          "--network, or measure on two hosts, before believing counts beyond one node.");
    }
  }

  // Every case of several ranks, from the others' schedule and traffic; the network is always the fitted one.
  void validate(Prediction& prediction) const {
    double squares = 0;
    for (const auto& family : families_) {
      for (const analysis::MeasuredCase* one : family.several_ranks) {
        prediction.validation.push_back(validation_of(family, *one));
        squares += std::pow(std::log1p(prediction.validation.back().error()), 2);
      }
    }
    prediction.model_error = std::sqrt(squares / static_cast<double>(prediction.validation.size()));
  }

  Validation validation_of(const TrainingFamily& family, const analysis::MeasuredCase& one) const {
    auto others = measured_;
    std::erase(others, &one);
    const analysis::MeasuredCase* reference = family.nearest(one.key.batch_per_rank, &one);
    const bool independent = reference != nullptr;
    if (!independent) reference = &one;
    if (others.empty()) others = {&one};
    std::vector<double> predicted;
    for (std::size_t r = 0; r < family.repetitions(); ++r) {
      const auto compute = family.schedule(*reference, one.key.batch_per_rank, r);
      predicted.push_back(simulate(compute, measured_network(others, r), one.key.ranks).step_seconds);
    }
    return {one.key, median(one.full_seconds), median(predicted),
            independent ? "the other cases" : "its own compute: no other case has this model"};
  }

  void predict_case(analysis::ScalingKind kind, const TrainingFamily& family, std::int64_t batch, int ranks,
                    Prediction& prediction) const {
    const bool fixed_global = kind == analysis::ScalingKind::kFixedGlobalBatch;
    if (fixed_global && batch % ranks != 0) return;
    const std::int64_t batch_per_rank = fixed_global ? batch / ranks : batch;
    const analysis::MeasuredCase& reference = *family.nearest(batch_per_rank);
    std::vector<double> steps;
    std::vector<double> ones;
    for (std::size_t r = 0; r < family.repetitions(); ++r) {
      steps.push_back(simulate(family.schedule(reference, batch_per_rank, r), network(r), ranks).step_seconds);
      ones.push_back(family.one_rank_seconds(batch, r));
    }
    const double work = fixed_global ? 1.0 : ranks;
    PredictedCase result{kind,
                         family.name,
                         {fmt::format("{} batch {} on {} ranks", family.name, batch_per_rank, ranks), ranks,
                          batch_per_rank, batch_per_rank * ranks}};
    result.step_seconds = widened(interval_of_median(steps), prediction.model_error);
    result.speedup = widened(scaled(interval_of_ratio(ones, steps), work), prediction.model_error);
    result.efficiency = scaled(result.speedup, 1.0 / ranks);
    const ComputeSchedule compute = family.schedule(reference, batch_per_rank, 0);
    const SimulatedStep step = simulate(compute, prediction.network, ranks);
    result.communication_seconds = step.communication_seconds;
    result.exposed_seconds = step.exposed_seconds;
    result.needed_bytes_per_second = needed_bandwidth(compute, prediction.network, ranks, ones.front() * work / ranks);
    result.extrapolated = !family.covers(batch_per_rank);
    prediction.cases.push_back(result);
  }

  HidingLimit hiding_limit(const TrainingFamily& family, std::int64_t batch) const {
    const ComputeSchedule compute = family.schedule(*family.nearest(batch), batch, 0);
    for (int ranks = 2; ranks <= kMostRanks; ranks *= 2) {
      const SimulatedStep step = simulate(compute, network(0), ranks);
      if (step.exposed_seconds > kHiddenShare * step.step_seconds) return {family.name, batch, ranks};
    }
    return {family.name, batch, 0};
  }

  std::vector<TrainingFamily> families_;
  std::vector<const analysis::MeasuredCase*> measured_;
  std::vector<NetworkModel> networks_;  ///< [repetition], as measured
  const PredictionOptions& options_;
};

}  // namespace

Prediction predict(const analysis::CaseSet& set, const PredictionOptions& options) {
  return Predictor(set, options).run();
}

}  // namespace scalemark::prediction
