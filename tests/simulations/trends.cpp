#include "simulations/trends.h"

#include <fmt/format.h>

#include <cmath>
#include <random>

#include "analysis/result_fixture.h"
#include "analysis/stability.h"

namespace scalemark::simulations {
namespace {

constexpr double kScatter = 0.02;

/// First-order autoregression with a standard deviation of 1.
class Autoregression {
 public:
  Autoregression(double correlation, bool heavy_tails) : correlation_(correlation), heavy_tails_(heavy_tails) {}
  void restart(std::mt19937_64& random) { state_ = fresh(random); }
  double next(std::mt19937_64& random) {
    state_ = correlation_ * state_ + std::sqrt(1.0 - correlation_ * correlation_) * fresh(random);
    return state_;
  }

 private:
  double fresh(std::mt19937_64& random) { return heavy_tails_ ? student_(random) / std::sqrt(3.0) : normal_(random); }

  double correlation_;
  bool heavy_tails_;
  double state_ = 0.0;
  std::normal_distribution<double> normal_;
  std::student_t_distribution<double> student_{3.0};
};

results::StepSamples steps_in(const StepWorld& world, int repetitions, std::mt19937_64& random) {
  Autoregression noise(world.correlation, world.heavy_tails);
  results::StepSamples samples{world.steps, 1, {}};
  for (int repetition = 0; repetition < repetitions; ++repetition) {
    noise.restart(random);
    for (int step = 0; step < world.steps; ++step)
      samples.seconds.push_back(1.0 + kScatter * noise.next(random) + world.rise * step / (world.steps - 1.0));
  }
  return samples;
}

bool is_flagged(const std::vector<results::ResultFile>& files, const char* kind, const char* other) {
  for (const auto& flag : analysis::validity_flags(analysis::merge_cases(files).cases.front())) {
    if (flag.kind == kind || flag.kind == other) return true;
  }
  return false;
}

std::string one_cell(const StepWorld& world, int repetitions, int cases, std::uint64_t seed) {
  return fmt::format(" | {:.1f}", 100.0 * trends_found(world, repetitions, cases, seed) / cases);
}

std::string trend_row(const StepWorld& world, int cases, std::uint64_t seed) {
  std::string row = fmt::format("| {}{} | {} | {:.0f}", world.correlation, world.heavy_tails ? ", heavy tails" : "",
                                world.steps, 100 * world.rise);
  row += world.steps < 200 ? " | -" : one_cell(world, 1, cases, seed);
  for (const int repetitions : {3, 5, 7}) row += one_cell(world, repetitions, cases, seed);
  return row + " |\n";
}

std::string step_table(int cases, std::uint64_t seed) {
  std::string table = fmt::format(
      "{} cases a cell; flagged with a trend within repetitions, in %.\n\n"
      "| correlation of steps | steps | rise % | of 1 repetition (tested from 200 steps on) | 3 | 5 | 7 |\n| --- | --- "
      "| --- | --- | --- | --- | "
      "--- |\n",
      cases);
  for (const int steps : {20, 200}) {
    for (const double rise : {0.0, 0.05, 0.10}) {
      for (const double correlation : {0.0, 0.5, 0.9})
        table += trend_row({correlation, rise, steps, false}, cases, seed);
    }
  }
  table += trend_row({0.0, 0.0, 20, true}, cases, seed);
  return table;
}

std::string repetition_table(int cases, std::uint64_t seed) {
  std::string table = fmt::format(
      "{} cases a cell; flagged as drifting or correlated over repetitions, in %.\n\n"
      "| correlation of repetitions | 5 repetitions | 7 | 20 | 40 |\n| --- | --- | --- | --- | --- |\n",
      cases);
  for (const double correlation : {0.0, 0.5, 0.9}) {
    table += fmt::format("| {}", correlation);
    for (const int repetitions : {5, 7, 20, 40})
      table += fmt::format(" | {:.1f}", 100.0 * drifts_found(correlation, repetitions, cases, seed) / cases);
    table += " |\n";
  }
  return table;
}

}  // namespace

int trends_found(const StepWorld& world, int repetitions, int cases, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<results::ResultFile> files{analysis::make_file({analysis::make_case("a", 1, 10, {1.0})})};
  int found = 0;
  for (int i = 0; i < cases; ++i) {
    files.front().cases.front().arms["full"] = steps_in(world, repetitions, random);
    found += is_flagged(files, "trend within repetitions", "") ? 1 : 0;
  }
  return found;
}

int drifts_found(double correlation, int repetitions, int cases, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  Autoregression noise(correlation, false);
  std::vector<results::ResultFile> files{analysis::make_file({analysis::make_case("a", 1, 10, {1.0})})};
  int found = 0;
  for (int i = 0; i < cases; ++i) {
    noise.restart(random);
    std::vector<double> seconds(static_cast<std::size_t>(repetitions));
    for (double& one : seconds) one = 1.0 + kScatter * noise.next(random);
    files.front().cases.front().arms["full"] = analysis::steady_samples(seconds, 1);
    found += is_flagged(files, "drift over repetitions", "correlated repetitions") ? 1 : 0;
  }
  return found;
}

std::string trend_tables(int cases, std::uint64_t seed) {
  return step_table(cases, seed) + "\n" + repetition_table(cases, seed);
}

}  // namespace scalemark::simulations
