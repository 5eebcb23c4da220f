#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "analysis/result_fixture.h"

namespace scalemark::analysis {

/// What happens on a machine while one case is measured. Durations are seconds of a step, shares are of `compute`.
struct Situation {
  std::int32_t ranks = 4;
  std::int32_t hosts = 1;
  bool gpu = false;
  int cores = 64;  ///< of each host; 0: not recorded
  std::int32_t threads = 8;
  std::int32_t workers = 2;
  double compute = 0.2;
  double scatter = 0.01;      ///< of each step on each rank
  double arm_scatter = 0.0;   ///< of each arm in each repetition, all ranks alike
  double decline = 0.0;       ///< compute grows by this share from the first to the last repetition
  double crowding = 0.0;      ///< compute is longer by this share, on every rank
  double wait = 0.0;          ///< for every batch, on every rank
  double stall = 0.0;         ///< for single batches, on each rank by itself
  double stalled = 0.1;       ///< fraction of the batches that stall
  double interference = 0.0;  ///< compute is longer while loader threads work, though no rank waits
  double reduction = 0.0;     ///< of all gradients, alone
  double tail = 0.0;          ///< of the reduction, after backward has ended
  double slowed = 0.0;        ///< backward is longer while a reduction runs beside it
  std::int32_t slow_rank = -1;
  double slow = 0.0;                ///< the slow rank computes longer
  double in_turn = 0.0;             ///< one rank, another one in each step, computes longer
  double cached_input_more = 0.0;   ///< the arm cached_input was disturbed: its steps are longer
  double no_sync_more = 0.0;        ///< and so for the arm no_sync
  double other_load = 0.0;          ///< fraction of the host
  double slowdown = 0.0;            ///< of the looks at the clocks
  double clock_hertz = 1.98e9;      ///< on a GPU
  double slow_rank_hertz = 1.98e9;  ///< of the slow rank
  bool comm_only = true;
  bool no_sync = true;
  bool cached_input = true;
  bool phases = true;
  bool points = true;  ///< the waits and the ends of backward of the timed steps are recorded
};

/// Plays a case step by step: ranks wait, compute, and leave a reduction together.
class SituationPlayer {
 public:
  static constexpr std::int64_t kRepetitions = 7;
  static constexpr std::int64_t kSteps = 20;

  explicit SituationPlayer(unsigned seed) : random_(seed) {}

  results::CaseRecord play(const std::string& id, std::int64_t batch, const Situation& s) {
    results::CaseRecord record = make_case(id, s.ranks, batch, {1.0});
    record.planned_repetitions = kRepetitions;
    record.row.loader_workers = s.workers;
    describe_ranks(s, record);
    play_arm("full", s, s, record);
    if (s.cached_input) play_arm("cached_input", s, without_input(s), record);
    if (s.ranks > 1 && s.no_sync) play_arm("no_sync", s, without_reduction(s), record);
    if (s.ranks > 1 && s.comm_only) play_reduction(s, record);
    if (s.phases) play_phases(s, record);
    results::summarize(record);
    return record;
  }

 private:
  struct Step {
    std::vector<double> wait, compute;  // [rank]
  };

  static Situation without_input(Situation s) {
    s.wait = s.stall = s.interference = 0.0;
    s.compute += s.cached_input_more;
    return s;
  }

  static Situation without_reduction(Situation s) {
    s.tail = s.slowed = 0.0;
    s.compute += s.no_sync_more;
    return s;
  }

  static void describe_ranks(const Situation& s, results::CaseRecord& record) {
    record.machine.ranks = s.ranks;
    for (auto& row : record.rank_rows) {
      row.host = "node" + std::to_string(row.rank % s.hosts + 1);
      row.threads = s.threads;
      if (s.gpu) row.device = "NVIDIA H100 80GB HBM3";
      if (s.gpu) row.device_uuid = "GPU-" + std::to_string(row.rank);
    }
    for (std::int64_t i = 0; i < kRepetitions * s.ranks; ++i) {
      const bool slow = i % s.ranks == s.slow_rank;
      record.machine.other_load_fraction.push_back(s.other_load);
      if (!s.gpu) continue;
      record.machine.sm_clock_hertz.push_back(slow ? s.slow_rank_hertz : s.clock_hertz);
      record.machine.thermal_slowdown_fraction.push_back(s.slowdown);
    }
  }

  double noisy(double seconds, double scatter) { return seconds * std::exp(scatter * normal_(random_)); }

  /// `arm_factor` is what the repetition does to every compute of the arm.
  Step play_step(const Situation& s, double arm_factor) {
    Step step;
    const auto late = static_cast<std::int32_t>(uniform_(random_) * s.ranks);
    for (std::int32_t rank = 0; rank < s.ranks; ++rank) {
      const double more = (rank == s.slow_rank ? s.slow : 0.0) + (rank == late ? s.in_turn : 0.0);
      const double compute = s.compute * (1.0 + s.crowding) + s.interference + more;
      step.compute.push_back(noisy(compute * arm_factor, s.scatter));
      step.wait.push_back(s.wait + (uniform_(random_) < s.stalled ? s.stall : 0.0));
    }
    return step;
  }

  double arm_factor(const Situation& s, std::int64_t repetition) {
    const double declined = s.decline * static_cast<double>(repetition) / static_cast<double>(kRepetitions - 1);
    return noisy(1.0 + declined, s.arm_scatter);
  }

  void play_steps(const Situation& s, const std::function<void(const Step&)>& record_step) {
    for (std::int64_t repetition = 0; repetition < kRepetitions; ++repetition) {
      const double factor = arm_factor(s, repetition);
      for (std::int64_t step = 0; step < kSteps; ++step) record_step(play_step(s, factor));
    }
  }

  void play_arm(const std::string& arm, const Situation& whole, const Situation& s, results::CaseRecord& record) {
    const bool reduces = s.ranks > 1 && arm != "no_sync";
    results::StepSamples seconds{kSteps, s.ranks, {}}, waits = seconds, backward_ends = seconds;
    play_steps(s, [&](const Step& step) {
      double last = 0.0;
      for (std::size_t rank = 0; rank < step.compute.size(); ++rank) {
        const double end = step.wait[rank] + step.compute[rank] + (reduces ? s.slowed : 0.0);
        last = std::max(last, end);
        waits.seconds.push_back(step.wait[rank]);
        backward_ends.seconds.push_back(end);
        seconds.seconds.push_back(end);
      }
      if (reduces) std::fill(seconds.seconds.end() - s.ranks, seconds.seconds.end(), last + s.tail);
    });
    record.arms[arm] = seconds;
    if (!whole.points) return;
    record.input_wait_seconds[arm] = waits;
    record.backward_end_seconds[arm] = backward_ends;
  }

  void play_reduction(const Situation& s, results::CaseRecord& record) {
    results::StepSamples seconds{kSteps, s.ranks, {}};
    for (std::int64_t step = 0; step < kRepetitions * kSteps; ++step) {
      seconds.seconds.insert(seconds.seconds.end(), static_cast<std::size_t>(s.ranks), noisy(s.reduction, s.scatter));
    }
    record.arms["comm_only"] = seconds;
    record.bucket_bytes = {20 << 20};
    record.bucket_seconds = {seconds};
  }

  /// The labelled pass reduces after backward: nothing runs beside it.
  void play_phases(const Situation& s, results::CaseRecord& record) {
    record.phase_names = {"load", "transfer", "forward", "backward", "reduce", "optimizer"};
    record.phase_seconds.assign(6, {kSteps, s.ranks, {}});
    results::StepSamples clock{kSteps, s.ranks, {}};
    play_steps(s, [&](const Step& step) {
      double last = 0.0;
      for (std::size_t rank = 0; rank < step.wait.size(); ++rank) {
        last = std::max(last, step.wait[rank] + 0.9 * step.compute[rank]);
      }
      for (std::size_t rank = 0; rank < step.wait.size(); ++rank) {
        const double compute = step.compute[rank];
        const double reduce = s.ranks == 1 ? 0.0 : last - step.wait[rank] - 0.9 * compute + s.reduction;
        const std::vector<double> phases{step.wait[rank], 1e-5, 0.3 * compute, 0.6 * compute, reduce, 0.1 * compute};
        double sum = 0.0;
        for (std::size_t phase = 0; phase < phases.size(); ++phase) {
          record.phase_seconds[phase].seconds.push_back(phases[phase]);
          sum += phases[phase];
        }
        clock.seconds.push_back(sum);
      }
    });
    record.arms["phases"] = clock;
  }

  std::mt19937 random_;
  std::normal_distribution<double> normal_;
  std::uniform_real_distribution<double> uniform_;
};

/// The same machine with one rank and none of the troubles that several bring. Input and arms stay as they are.
inline Situation alone_on(const Situation& s) {
  Situation alone = s;
  alone.ranks = alone.hosts = 1;
  alone.crowding = alone.wait = alone.stall = alone.interference = alone.reduction = alone.tail = alone.slowed = 0.0;
  alone.slow = alone.in_turn = alone.cached_input_more = alone.no_sync_more = alone.slowdown = 0.0;
  alone.slow_rank = -1;
  alone.clock_hertz = 1.98e9;
  return alone;
}

inline results::ResultFile file_of(const std::vector<results::CaseRecord>& cases, int cores) {
  results::ResultFile file = make_file(cases);
  file.provenance.topology = "4 ranks on 1 hosts\nnode1: 4 ranks\n";
  if (cores > 0)
    file.provenance.topology += "rank 0: " + std::to_string(cores) + " logical processors, 8 threads per rank";
  return file;
}

/// `alone` and `together` at 32 images per rank, in one job.
inline results::ResultFile measured(const Situation& alone, const Situation& together, unsigned seed) {
  SituationPlayer player(seed);
  return file_of({player.play("alone", 32, alone), player.play("together", 32, together)}, together.cores);
}

}  // namespace scalemark::analysis
