#include "prediction/withholding.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

#include "core/quantity_text.h"

namespace scalemark::prediction {
namespace {

/// What unknown parameters may leave open of a step that is still predicted.
constexpr double kMostUnknown = 0.1;
/// A band that reaches further than this from its estimate, either way, says nothing.
constexpr double kWidestFactor = 2;

void name_unknown(const LinkFit& level, const std::string& where, std::vector<std::string>& names) {
  if (!is_known(level.link)) return;
  if (!level.knows_latency) names.push_back("the latency " + where);
  if (!level.knows_bandwidth) names.push_back("the bandwidth " + where);
  if (!level.knows_congestion) names.push_back("what congestion costs " + where);
}

}  // namespace

std::string unknown_parameters(const NetworkFit& network) {
  std::vector<std::string> names;
  if (is_known(network.inter_node.link)) name_unknown(network.inter_node, "between nodes", names);
  if (network.ranks_per_node > 1) name_unknown(network.intra_node, "inside a node", names);
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string reason_to_refuse(const TrainingFamily& family, const Wanted& wanted) {
  const std::int64_t global_batch = wanted.batch_per_rank * wanted.ranks;
  if (family.images() == 0 || global_batch <= family.images()) return "";
  return fmt::format("a global batch of {} needs more than the {} images of the data set", global_batch,
                     family.images());
}

std::string reason_of_distance(const TrainingFamily& family, int hosts, int ranks) {
  if (hosts > 1 || ranks <= kFurthest * family.most_ranks()) return "";
  return fmt::format("more than {} times the {} ranks that were measured on one host: measure on two, or --extrapolate",
                     kFurthest, family.most_ranks());
}

std::string reason_of_band(const TrainingFamily& family, const NetworkFit& network, const StepPrediction& prediction,
                           int ranks) {
  if (ranks <= family.most_ranks()) return "";
  if (prediction.unknown_network > kMostUnknown) {
    return fmt::format("an unknown decides {} of the step: {}; measure at more counts, or give --network",
                       to_text(prediction.unknown_network, Unit::kFraction), unknown_parameters(network));
  }
  const Interval& step = prediction.step_seconds;
  if (!(step.high > kWidestFactor * step.estimate || step.low * kWidestFactor < step.estimate)) return "";
  return fmt::format("the band would reach from {} to {}: measure at more counts, or with more repetitions",
                     to_text(step.low, Unit::kSeconds), to_text(step.high, Unit::kSeconds));
}

}  // namespace scalemark::prediction
