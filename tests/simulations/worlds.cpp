#include "simulations/worlds.h"

#include <algorithm>
#include <cmath>

#include "analysis/result_fixture.h"
#include "core/two_stages.h"
#include "results/case_summary.h"

namespace scalemark::simulations {
namespace {

constexpr std::int64_t kSteps = 20;
constexpr double kStepRatio = 1.25;  ///< of the pair's step to the lone one's, without stalls
constexpr double kNeighbourComes = 0.2;
constexpr double kNeighbourGoes = 0.3;
constexpr double kOtherLoad = 0.4;

constexpr std::size_t kPilot = 10;
constexpr std::size_t kMostRepetitions = 40;
constexpr double kPrecision = 0.02;

World with_name(const char* name) {
  World world;
  world.name = name;
  return world;
}

std::vector<World> make_quiet_worlds() {
  World drift = with_name("drift of 3 % a round, and a random walk of 2 % a visit");
  drift.drift_per_round = 0.03;
  drift.wander = 0.02;
  World heavy = with_name("heavy tails (Student's t, 3 degrees)");
  heavy.heavy_tails = true;
  World apart = with_name("independent, one case after the other (unpaired)");
  apart.in_turns = false;
  return {with_name("independent"), drift, heavy, apart};
}

/// Each case's repetitions correlated, then visits in time.
std::vector<World> correlated_worlds() {
  std::vector<World> worlds(4);
  worlds[0].name = "each case's repetitions correlated, 0.5";
  worlds[0].correlation = 0.5;
  worlds[1].name = "the same, 0.9";
  worlds[1].correlation = 0.9;
  worlds[2].name = "visits correlated in time, 0.5";
  worlds[2].correlation_in_time = 0.5;
  worlds[3].name = "the same in time, 0.9";
  worlds[3].correlation_in_time = 0.9;
  return worlds;
}

std::vector<World> stalled_worlds() {
  World stalls = with_name("stalls of 5 steps in 2 % and 4 % of the steps");
  stalls.stall_probability = 0.02;
  stalls.stall_steps = 5.0;
  World rare = with_name("stalls of 20 steps in 0.2 % and 0.4 % of the steps");
  rare.stall_probability = 0.002;
  rare.stall_steps = 20.0;
  return {stalls, rare};
}

std::vector<World> disturbed_worlds() {
  World hidden = with_name("a neighbour that comes and goes, 30 % slower, not seen");
  hidden.neighbour = 0.3;
  World seen = hidden;
  seen.name = "the same, on the same hosts";
  seen.neighbour_is_seen = true;
  World jobs = with_name("the ratio differs from job to job by 2 %");
  jobs.job_scatter = 0.02;
  World apart = with_name("drift of 3 % a round, one case after the other (unpaired)");
  apart.drift_per_round = 0.03;
  apart.in_turns = false;
  return {hidden, seen, jobs, apart};
}

std::vector<World> make_adverse_worlds() {
  std::vector<World> worlds = correlated_worlds();
  for (const auto& more : {stalled_worlds(), disturbed_worlds()}) worlds.insert(worlds.end(), more.begin(), more.end());
  return worlds;
}

}  // namespace

const std::vector<World>& quiet_worlds() {
  static const std::vector<World> worlds = make_quiet_worlds();
  return worlds;
}

const std::vector<World>& adverse_worlds() {
  static const std::vector<World> worlds = make_adverse_worlds();
  return worlds;
}

SimulatedSweep::SimulatedSweep(const World& world, int repetitions, std::uint64_t seed)
    : world_(world),
      is_auto_(repetitions == kAuto),
      repetitions_(is_auto_ ? static_cast<int>(kMostRepetitions) : repetitions),
      random_(seed) {
  files_ = {
      analysis::make_file({analysis::make_case("alone", 1, 10, {1.0}), analysis::make_case("pair", 2, 10, {1.0})})};
  for (auto& record : files_.front().cases) record.planned_repetitions = repetitions_;
  if (!world.in_turns) files_.front().cases.back().row.block = 2;
}

double SimulatedSweep::true_efficiency() const {
  const auto stalled = [this](double times) { return 1.0 + times * world_.stall_probability * world_.stall_steps; };
  return stalled(1.0) / (kStepRatio * stalled(2.0));
}

double SimulatedSweep::noise(double& state, double correlation) {
  // Student's t with 3 degrees of freedom has a variance of 3.
  const double fresh = world_.heavy_tails ? student_(random_) / std::sqrt(3.0) : normal_(random_);
  state = correlation * state + std::sqrt(1.0 - correlation * correlation) * fresh;
  return state;
}

double SimulatedSweep::shared_factor() {
  path_ += 0.5 * world_.drift_per_round + world_.wander * normal_(random_);
  neighbour_here_ = uniform_(random_) < (neighbour_here_ ? 1.0 - kNeighbourGoes : kNeighbourComes);
  const double in_time =
      world_.correlation_in_time > 0.0 ? world_.scatter * noise(time_state_, world_.correlation_in_time) : 0.0;
  return std::exp(path_) * (1.0 + in_time) * (neighbour_here_ ? 1.0 + world_.neighbour : 1.0);
}

void SimulatedSweep::visit(std::size_t which, int round, double ratio) {
  results::CaseRecord& record = files_.front().cases[which];
  results::StepSamples& samples = record.arms["full"];
  const double own = world_.correlation_in_time > 0.0 ? 0.0 : noise(own_state_[which], world_.correlation);
  const double level = ratio * shared_factor() * (1.0 + world_.scatter * own);
  const double stalls = world_.stall_probability * static_cast<double>(which + 1);
  const std::int64_t ranks = samples.ranks;
  for (std::int64_t step = 0; step < kSteps; ++step) {
    double seconds = 1.0 + world_.step_scatter * normal_(random_);
    if (uniform_(random_) < stalls) seconds -= world_.stall_steps * std::log(1.0 - uniform_(random_));
    for (std::int64_t rank = 0; rank < ranks; ++rank) {
      const auto index = static_cast<std::size_t>((round * kSteps + step) * ranks + rank);
      samples.seconds[index] = level * seconds * (rank == 0 ? 1.0 : 0.9);
    }
  }
  for (std::int64_t rank = 0; rank < ranks; ++rank)
    record.machine.other_load_fraction.push_back(world_.neighbour_is_seen && neighbour_here_ ? kOtherLoad : 0.01);
}

const std::vector<results::ResultFile>& SimulatedSweep::measure() {
  for (auto& record : files_.front().cases) {
    const std::int64_t ranks = record.row.ranks;
    record.arms["full"] = {kSteps, ranks, std::vector<double>(static_cast<std::size_t>(repetitions_ * kSteps * ranks))};
    record.machine.ranks = ranks;
    record.machine.other_load_fraction.clear();
  }
  path_ = 0.0;
  neighbour_here_ = uniform_(random_) < kNeighbourComes / (kNeighbourComes + kNeighbourGoes);
  noise(time_state_, 0.0);
  for (double& state : own_state_) noise(state, 0.0);
  const double ratio = kStepRatio * (1.0 + world_.job_scatter * normal_(random_));
  for (int i = 0; i < 2 * repetitions_; ++i) {
    // In turns each round begins with the other case.
    const auto in_turn = static_cast<std::size_t>((i + i / 2) % 2);
    const auto apart = static_cast<std::size_t>(i / repetitions_);
    const std::size_t which = world_.in_turns ? in_turn : apart;
    visit(which, world_.in_turns ? i / 2 : i % repetitions_, which == 0 ? 1.0 : ratio);
  }
  if (is_auto_) keep(decided());
  return files_;
}

// As sweep/repetition_plan.h decides.
int SimulatedSweep::decided() const {
  const auto means_of = [](const results::CaseRecord& one) { return results::repetition_means(one.arms.at("full")); };
  const std::vector<double> alone = means_of(files_.front().cases.front());
  const std::vector<double> pair = means_of(files_.front().cases.back());
  std::vector<double> pilot(kPilot);
  for (std::size_t r = 0; r < kPilot; ++r) pilot[r] = std::log(alone[r] / pair[r]);
  const std::size_t wanted = two_stage_count(pilot, std::log1p(kPrecision));
  return static_cast<int>(std::clamp(wanted, kPilot, kMostRepetitions));
}

// What comes later in a world changes nothing of what came before.
void SimulatedSweep::keep(int repetitions) {
  for (auto& record : files_.front().cases) {
    record.planned_repetitions = repetitions;
    const auto ranks = static_cast<std::size_t>(record.row.ranks);
    record.machine.other_load_fraction.resize(static_cast<std::size_t>(repetitions) * ranks);
    record.arms["full"].seconds.resize(static_cast<std::size_t>(repetitions * kSteps) * ranks);
  }
}

}  // namespace scalemark::simulations
