#include "prediction/step_prediction.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "prediction/jackknife.h"
#include "prediction/step_model.h"

namespace scalemark::prediction {
namespace {

/// How far the logarithm of a step may be off, either way.
struct LogBand {
  double below = 0;
  double above = 0;

  void add(double half_width) { add(half_width, half_width); }
  void add(double more_below, double more_above) {
    below = std::hypot(below, more_below);
    above = std::hypot(above, more_above);
  }

  Interval around(double estimate) const { return {estimate, estimate * std::exp(-below), estimate * std::exp(above)}; }
  LogBand inverse() const { return {above, below}; }
};

class Bands {
 public:
  Bands(const TrainingFamily& family, const NetworkFit& network, const Wanted& wanted)
      : family_(family),
        network_(network),
        wanted_(wanted),
        model_(family, wanted.batch_per_rank),
        step_(model_.step(network.network(), wanted.ranks)) {}

  const SimulatedStep& step() const { return step_; }

  /// What step and speed-up have in common: all but the scatter of the compute.
  LogBand beyond_compute(const ModelError& error) const {
    LogBand band = unknown_network();
    band.add(network_scatter());
    band.add(0, rank_scatter());
    const double beyond = static_cast<double>(wanted_.ranks) / family_.most_ranks();
    band.add(error.half_width(std::max(0.0, std::log2(beyond))));
    return band;
  }

  LogBand unknown_network() const {
    LogBand band;
    for (const NetworkModel& end : network_.range()) {
      const double change = std::log(model_.step(end, wanted_.ranks).step_seconds / step_.step_seconds);
      band.below = std::max(band.below, -change);
      band.above = std::max(band.above, change);
    }
    return band;
  }

  /// Half widths of the step, and of one rank's step over it: both sides of a repetition slow down together.
  std::pair<double, double> compute_scatter() const {
    std::vector<double> steps;
    std::vector<double> ratios;
    for (std::size_t r = 0; r < family_.repetitions(); ++r) {
      const StepModel model(family_, wanted_.batch_per_rank, r);
      steps.push_back(std::log(model.step(network_.network(), wanted_.ranks).step_seconds));
      ratios.push_back(std::log(family_.one_rank_seconds(wanted_.one_rank_batch, r)) - steps.back());
    }
    return {jackknife_half_width(steps), jackknife_half_width(ratios)};
  }

 private:
  double network_scatter() const {
    std::vector<double> steps;
    for (const NetworkModel& network : network_.replicates())
      steps.push_back(std::log(model_.step(network, wanted_.ranks).step_seconds));
    return jackknife_half_width(steps);
  }

  double rank_scatter() const {
    if (wanted_.ranks <= family_.most_ranks()) return 0;
    const double most = model_.step(network_.network(), wanted_.ranks, RankScatter::kMost).step_seconds;
    return std::max(0.0, std::log(most / step_.step_seconds));
  }

  const TrainingFamily& family_;
  const NetworkFit& network_;
  const Wanted& wanted_;
  StepModel model_;
  SimulatedStep step_;
};

}  // namespace

StepPrediction predict_step(const TrainingFamily& family, const NetworkFit& network, const ModelError& error,
                            const Wanted& wanted) {
  const Bands bands(family, network, wanted);
  StepPrediction prediction{bands.step()};
  const double seconds = prediction.step.step_seconds;
  const auto [of_step, of_ratio] = bands.compute_scatter();
  LogBand step = bands.beyond_compute(error);
  LogBand ratio = step.inverse();
  step.add(of_step);
  ratio.add(of_ratio);
  prediction.step_seconds = step.around(seconds);
  prediction.one_rank_over_step = ratio.around(family.one_rank_seconds(wanted.one_rank_batch) / seconds);
  const LogBand unknown = bands.unknown_network();
  prediction.unknown_network = std::expm1(unknown.below + unknown.above);
  return prediction;
}

}  // namespace scalemark::prediction
