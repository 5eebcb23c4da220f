#include "simulations/clusters.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "analysis/result_fixture.h"

namespace scalemark::simulations {
namespace {

constexpr int kClusterRepetitions = 7;
constexpr int kClusterSteps = 20;
constexpr int kTrueSteps = 2000;
constexpr int kMostRanks = 1024;
constexpr std::int64_t kBatch = 32;
constexpr double kForwardShare = 0.33;
constexpr double kBackwardShare = 0.62;
constexpr double kOptimizerShare = 0.05;
constexpr double kReduceScatter = 0.04;  ///< of one reduction to the next
constexpr double kNetworkDrift = 0.03;   ///< of one repetition to the next
constexpr double kComputeDrift = 0.02;   ///< the same
constexpr double kPassOverhead = 1.08;   ///< of the labelled pass, which waits after every phase

void append(results::StepSamples& samples, int ranks, double seconds) {
  samples.steps = kClusterSteps;
  samples.ranks = ranks;
  samples.seconds.push_back(seconds);
}

/// When the bucket of `buckets` is full, as a share of backward: the first ones early, the last at its end.
double ready_share(std::size_t bucket, std::size_t buckets) {
  return static_cast<double>(bucket + 1) / static_cast<double>(buckets);
}

}  // namespace

MadeUpCluster::MadeUpCluster(const Troubles& troubles, const MeasuredCounts& counts, std::uint64_t seed)
    : random_(seed), counts_(counts) {
  step_seconds_ = log_uniform(0.05, 1);
  step_scatter_ = uniform(0.003, 0.03);
  stalls_per_step_ = troubles.stalls_per_step * std::exp(uniform(-4, 0));
  stall_seconds_ = step_seconds_ * uniform(0.1, 1);
  const double rank_scatter = uniform(0, troubles.rank_scatter);
  for (int rank = 0; rank < kMostRanks; ++rank) speed_.push_back(lognormal(rank_scatter));
  draw_network(troubles);
}

void MadeUpCluster::draw_network(const Troubles& troubles) {
  congestion_ = uniform(0, troubles.congestion);
  congests_by_power_ = uniform(0, 1) < 0.5;
  knows_trees_ = uniform(0, 1) < 0.5;
  latency_inside_ = log_uniform(2e-6, 20e-6);
  latency_between_ = log_uniform(5e-6, 50e-6);
  half_speed_bytes_ = log_uniform(4e3, 64e3);
  slowdown_ = uniform(0, 0.1);
  for (int bucket = 0; bucket < counts_.buckets; ++bucket)
    bucket_bytes_.push_back(bucket == 0 ? 1e6 : uniform(10e6, 25e6));
  const double bytes = std::accumulate(bucket_bytes_.begin(), bucket_bytes_.end(), 0.0);
  seconds_per_byte_between_ = log_uniform(0.05, 0.8) * step_seconds_ / bytes;
  const bool has_one_host = hosts(counts_.most_ranks()) == 1;
  seconds_per_byte_inside_ = seconds_per_byte_between_ * (has_one_host ? 1 : uniform(0.1, 1.2));
}

double MadeUpCluster::log_uniform(double low, double high) { return std::exp(uniform(std::log(low), std::log(high))); }

double MadeUpCluster::lognormal(double scatter) {
  return std::exp(scatter * std::normal_distribution<double>()(random_) - scatter * scatter / 2);
}

double MadeUpCluster::compute_seconds(int rank) {
  const double seconds = step_seconds_ * speed_[static_cast<std::size_t>(rank)] * lognormal(step_scatter_);
  const bool stalls = uniform(0, 1) < stalls_per_step_;
  return stalls ? seconds + std::exponential_distribution<double>(1 / stall_seconds_)(random_) : seconds;
}

double MadeUpCluster::congested(int ends) const {
  const double doublings = std::log2(ends / 2.0);
  return congests_by_power_ ? std::exp2(congestion_ * doublings) : 1 + congestion_ * doublings;
}

double MadeUpCluster::reduce_seconds(int ranks, double bytes) const {
  const int nodes = hosts(ranks);
  const double inside = nodes == 1 ? seconds_per_byte_inside_ * congested(ranks) : seconds_per_byte_inside_;
  const double per_byte = nodes == 1 ? inside : std::max(inside, seconds_per_byte_between_ * congested(nodes));
  const double latency = nodes == 1 ? latency_inside_ : latency_between_;
  const double message = bytes / ranks;
  const double ring = 2.0 * (ranks - 1) * (latency + per_byte * (message + half_speed_bytes_));
  if (!knows_trees_) return ring;
  const double hops = 2 * std::ceil(std::log2(ranks));
  return std::min(ring, hops * (latency + per_byte * 256e3) + 2 * bytes * per_byte);
}

std::vector<double> MadeUpCluster::reduced_seconds(int ranks, double network_factor) {
  std::vector<double> seconds;
  for (const double bytes : bucket_bytes_)
    seconds.push_back(reduce_seconds(ranks, bytes) * network_factor * lognormal(kReduceScatter));
  return seconds;
}

/// The step whose slowest rank computes for `slowest`: buckets one after the other, beside backward.
double MadeUpCluster::overlapped(double slowest, int ranks, double network_factor) {
  const auto reductions = reduced_seconds(ranks, network_factor);
  const double forward_ends = kForwardShare * slowest;
  const double communication = std::accumulate(reductions.begin(), reductions.end(), 0.0);
  const double backward = kBackwardShare * slowest;
  const double slowed = backward + slowdown_ * std::min(backward, communication);
  double network_free = 0;
  for (std::size_t i = 0; i < reductions.size(); ++i) {
    const double ready = forward_ends + slowed * ready_share(i, reductions.size());
    network_free = std::max(network_free, ready) + reductions[i];
  }
  return std::max(network_free, forward_ends + slowed) + kOptimizerShare * slowest;
}

MadeUpCluster::Step MadeUpCluster::step(int ranks, double compute_factor, double network_factor) {
  Step step;
  for (int rank = 0; rank < ranks; ++rank) step.compute_seconds.push_back(compute_factor * compute_seconds(rank));
  const double slowest = *std::max_element(step.compute_seconds.begin(), step.compute_seconds.end());
  step.seconds = ranks == 1 ? slowest : overlapped(slowest, ranks, network_factor);
  return step;
}

double MadeUpCluster::true_step_seconds(int ranks) {
  double sum = 0;
  for (int i = 0; i < kTrueSteps; ++i) sum += step(ranks, lognormal(kComputeDrift), lognormal(kNetworkDrift)).seconds;
  return sum / kTrueSteps;
}

void MadeUpCluster::add_arms(results::CaseRecord& record, int ranks, double compute_factor) {
  for (int i = 0; i < kClusterSteps; ++i) {
    for (const double seconds : step(ranks, compute_factor, 1).compute_seconds)
      append(record.arms["no_sync"], ranks, seconds);
  }
}

void MadeUpCluster::add_reduction(results::CaseRecord& record, int ranks, double network_factor) {
  record.bucket_seconds.resize(bucket_bytes_.size());
  for (int i = 0; i < kClusterSteps; ++i) {
    const auto seconds = reduced_seconds(ranks, network_factor);
    for (std::size_t bucket = 0; bucket < seconds.size(); ++bucket) {
      for (int rank = 0; rank < ranks; ++rank) append(record.bucket_seconds[bucket], ranks, seconds[bucket]);
    }
  }
}

void MadeUpCluster::add_phases(results::CaseRecord& record, int ranks, double compute_factor) {
  record.phase_names = {"forward", "backward", "optimizer"};
  record.phase_seconds.resize(record.phase_names.size());
  record.bucket_ready_seconds.resize(bucket_bytes_.size());
  for (int i = 0; i < kClusterSteps; ++i) {
    for (const double seconds : step(ranks, kPassOverhead * compute_factor, 1).compute_seconds) {
      append(record.phase_seconds[0], ranks, kForwardShare * seconds);
      append(record.phase_seconds[1], ranks, kBackwardShare * seconds);
      append(record.phase_seconds[2], ranks, kOptimizerShare * seconds);
      append(record.arms["phases"], ranks, seconds);
      for (std::size_t bucket = 0; bucket < bucket_bytes_.size(); ++bucket) {
        append(record.bucket_ready_seconds[bucket], ranks,
               kBackwardShare * seconds * ready_share(bucket, bucket_bytes_.size()));
      }
    }
  }
}

results::CaseRecord MadeUpCluster::measured_case(int ranks, const std::vector<double>& drift) {
  auto record = analysis::make_case("gpus=" + std::to_string(ranks), ranks, kBatch, {});
  record.images = 0;
  record.arms.clear();
  for (auto& row : record.rank_rows) row.host = "node" + std::to_string(row.rank / counts_.ranks_per_host);
  for (const double compute_factor : drift) {
    const double network_factor = lognormal(kNetworkDrift);
    for (int i = 0; i < kClusterSteps; ++i) {
      const Step one = step(ranks, compute_factor, network_factor);
      for (int rank = 0; rank < ranks; ++rank) append(record.arms["full"], ranks, one.seconds);
    }
    if (ranks == 1) continue;
    add_arms(record, ranks, compute_factor);
    add_reduction(record, ranks, network_factor);
    add_phases(record, ranks, compute_factor);
  }
  if (ranks > 1) {
    for (const double bytes : bucket_bytes_) record.bucket_bytes.push_back(static_cast<std::int64_t>(bytes));
  }
  return record;
}

results::ResultFile MadeUpCluster::measured() {
  std::vector<double> drift(kClusterRepetitions);
  for (double& one : drift) one = lognormal(kComputeDrift);
  std::vector<results::CaseRecord> cases;
  for (const int ranks : counts_.ranks) cases.push_back(measured_case(ranks, drift));
  return analysis::make_file(cases);
}

}  // namespace scalemark::simulations
