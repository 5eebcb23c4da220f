#pragma once

#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "results/records.h"

namespace scalemark::simulations {

/// What a kind of cluster may have of each trouble; every cluster draws its own share between nothing and this.
struct Troubles {
  std::string name;
  double rank_scatter = 0;     ///< standard deviation of the ranks' own speeds
  double stalls_per_step = 0;  ///< of one rank
  double congestion = 0;       ///< bandwidth falls as (ends / 2)^-congestion, or by as much per doubling
};

/// What is measured of a cluster: counts of ranks, from 1 on.
struct MeasuredCounts {
  std::string name;
  std::vector<int> ranks;
  int ranks_per_host = 1;
  int buckets = 5;
  bool identifies = true;  ///< whether the measurement tells what a prediction takes

  int most_ranks() const { return ranks.back(); }
};

/// A training on a cluster that does not exist, drawn from a seed: its ranks' speeds, the scatter of its steps, its
/// network. Steps are simulated rank by rank, with none of the prediction's code or simplifications: small messages do
/// not reach the bandwidth, reduction slows backward down, repetitions drift, and half of the clusters know no trees.
class MadeUpCluster {
 public:
  MadeUpCluster(const Troubles& troubles, const MeasuredCounts& counts, std::uint64_t seed);

  /// One file with a case per count, 7 repetitions of 20 steps, as `scalemark run` would have written it.
  results::ResultFile measured();

  /// Mean step of `ranks` ranks over many steps.
  double true_step_seconds(int ranks);

 private:
  struct Step {
    double seconds = 0;
    std::vector<double> compute_seconds;  ///< [rank] without reduction
  };

  void draw_network(const Troubles& troubles);
  double uniform(double low, double high) { return std::uniform_real_distribution<double>(low, high)(random_); }
  double log_uniform(double low, double high);
  double lognormal(double scatter);
  double compute_seconds(int rank);
  double reduce_seconds(int ranks, double bytes) const;
  std::vector<double> reduced_seconds(int ranks, double network_factor);
  Step step(int ranks, double compute_factor, double network_factor);
  double overlapped(double slowest, int ranks, double network_factor);
  results::CaseRecord measured_case(int ranks, const std::vector<double>& drift);
  void add_arms(results::CaseRecord& record, int ranks, double compute_factor);
  void add_reduction(results::CaseRecord& record, int ranks, double network_factor);
  void add_phases(results::CaseRecord& record, int ranks, double compute_factor);
  int hosts(int ranks) const { return (ranks + counts_.ranks_per_host - 1) / counts_.ranks_per_host; }
  double congested(int ends) const;

  std::mt19937_64 random_;
  MeasuredCounts counts_;
  double step_seconds_ = 0;
  double step_scatter_ = 0;
  double stalls_per_step_ = 0;
  double stall_seconds_ = 0;
  std::vector<double> speed_;  ///< [rank] time of a step over the mean rank's
  double congestion_ = 0;
  bool congests_by_power_ = false;
  bool knows_trees_ = false;
  double latency_inside_ = 0;
  double latency_between_ = 0;
  double half_speed_bytes_ = 0;  ///< of a message that reaches half of the bandwidth
  double slowdown_ = 0;          ///< of backward while a reduction is under way
  std::vector<double> bucket_bytes_;
  double seconds_per_byte_between_ = 0;
  double seconds_per_byte_inside_ = 0;
};

}  // namespace scalemark::simulations
