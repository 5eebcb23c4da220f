#include "prediction/bandwidth_need.h"

#include <cmath>
#include <limits>

#include "core/nan.h"

namespace scalemark::prediction {
namespace {

constexpr double kWantedEfficiency = 0.9;

double geometric_mean(double a, double b) { return std::sqrt(a * b); }

}  // namespace

double bytes_per_second_needed(const ComputeSchedule& compute, NetworkModel network, int ranks, double ideal_seconds) {
  LinkModel& link = network.nodes(ranks) == 1 ? network.intra_node : network.inter_node;
  link.congestion = 0;
  const auto reaches = [&](double bytes_per_second) {
    link.bytes_per_second = bytes_per_second;
    const auto reduction = [&](double bytes) { return all_reduce_seconds(network, ranks, bytes); };
    return ideal_seconds / simulate_step(compute, reduction).step_seconds >= kWantedEfficiency;
  };
  if (!reaches(std::numeric_limits<double>::infinity())) return kNaN;
  double low = 1;
  double high = 1e15;
  for (int halving = 0; halving < 60; ++halving) {
    const double middle = geometric_mean(low, high);
    (reaches(middle) ? high : low) = middle;
  }
  return high;
}

}  // namespace scalemark::prediction
