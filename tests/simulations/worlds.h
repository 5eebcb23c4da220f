#pragma once

#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "results/records.h"

namespace scalemark::simulations {

/// What a machine does to the repetitions of two interleaved cases. Durations are relative to the true step.
struct World {
  std::string name;
  double scatter = 0.02;             ///< of a repetition's mean
  bool heavy_tails = false;          ///< Student's t with 3 degrees of freedom in place of the normal law
  double drift_per_round = 0.0;      ///< both cases become slower by this much from round to round
  double wander = 0.0;               ///< of a random walk from visit to visit, which both cases share
  double correlation = 0.0;          ///< of a case's repetition with the one before it
  double correlation_in_time = 0.0;  ///< of a visit with the one before it, whichever case that was
  double step_scatter = 0.02;        ///< of single steps
  double stall_probability = 0.0;    ///< of a step of the smaller case; a step of the larger stalls twice as often
  double stall_steps = 0.0;          ///< mean length of a stall, in steps
  double neighbour = 0.0;            ///< slow-down while a neighbour is there, two visits of five on average
  bool neighbour_is_seen = false;    ///< it is on the same hosts, and counted among their other load
  double job_scatter = 0.0;          ///< of the true ratio from job to job
  bool in_turns = true;              ///< or all repetitions of one case after those of the other, as of two blocks
};

/// The worlds of the tables in docs/evidence.md.
const std::vector<World>& quiet_worlds();    ///< where the intervals must hold at 3 repetitions and more
const std::vector<World>& adverse_worlds();  ///< where 20 repetitions must hold or be flagged

/// In place of a number of repetitions: `measure.repetitions: auto` with its defaults, a precision of 2 %, a pilot of
/// 10 and at most 40.
inline constexpr int kAuto = 0;

/// A sweep of one case at 1 and one at 2 ranks in a world.
class SimulatedSweep {
 public:
  SimulatedSweep(const World& world, int repetitions, std::uint64_t seed);

  /// Measures again. The file is overwritten by the next call.
  const std::vector<results::ResultFile>& measure();

  /// Of the expected mean steps: alone / pair.
  double true_efficiency() const;

 private:
  void visit(std::size_t which, int round, double ratio);
  double noise(double& state, double correlation);
  double shared_factor();
  int decided() const;
  void keep(int repetitions);

  World world_;
  bool is_auto_;
  int repetitions_;
  std::mt19937_64 random_;
  std::normal_distribution<double> normal_;
  std::student_t_distribution<double> student_{3.0};
  std::uniform_real_distribution<double> uniform_;
  std::vector<results::ResultFile> files_;
  std::array<double, 2> own_state_{};
  double time_state_ = 0.0;
  double path_ = 0.0;
  bool neighbour_here_ = false;
};

}  // namespace scalemark::simulations
