// Does the suite measure what it says? Injects known delays and reads them back. Run by hand:
//   mpirun -n 2 build/bin/validity [steps]
// Prints a Markdown table on rank 0; docs/evidence.md holds a run of it.

#include <ATen/Parallel.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <thread>
#include <vector>

#include "comm/backend.h"
#include "comm/forwarding_communicator.h"
#include "config/experiment.h"
#include "core/statistics.h"
#include "data/dataset.h"
#include "data/loader/loader.h"
#include "measure/memory_meter.h"
#include "measure/phase_recorder.h"
#include "monitor/control_group.h"
#include "mpi/mpi_session.h"
#include "train/case_measurement.h"
#include "train/precision.h"
#include "train/replica.h"
#include "train/trainer.h"

namespace {

using namespace scalemark;
using Seconds = std::chrono::duration<double>;

const at::Device kCpu(at::kCPU);
constexpr double kGapSeconds = 0.020;
constexpr double kReductionSeconds = 0.030;

/// Sleeps once in front of each wait: a network that is late by so much.
class DelayedWork : public comm::Work {
 public:
  DelayedWork(std::unique_ptr<comm::Work> work, Seconds delay) : work_(std::move(work)), delay_(delay) {}
  void wait() override {
    std::this_thread::sleep_for(delay_);
    work_->wait();
  }

 private:
  std::unique_ptr<comm::Work> work_;
  Seconds delay_;
};

/// Delays the reductions of every second step: neighbours in time then differ in the injection alone, and a drift of
/// the machine in nothing.
class DelayedCommunicator : public comm::ForwardingCommunicator {
 public:
  DelayedCommunicator(comm::Communicator& inner, Seconds delay_per_step, std::int64_t buckets)
      : ForwardingCommunicator(inner), delay_(delay_per_step / static_cast<double>(buckets)), buckets_(buckets) {}

  using ForwardingCommunicator::all_reduce;

  static bool delays(std::int64_t step) { return step % 2 == 1; }

  std::unique_ptr<comm::Work> all_reduce(const at::Tensor& in, const at::Tensor& out) override {
    auto work = ForwardingCommunicator::all_reduce(in, out);
    if (!delays(reductions_++ / buckets_)) return work;
    return std::make_unique<DelayedWork>(std::move(work), delay_);
  }

 private:
  Seconds delay_;
  std::int64_t buckets_;
  std::int64_t reductions_ = 0;
};

/// The phase recorder with a delay behind the forward phase, where no phase looks.
class RecorderWithGap : public measure::PhaseRecorder {
 public:
  RecorderWithGap(std::size_t buckets, Seconds gap) : PhaseRecorder(kCpu, buckets), gap_(gap) {}
  void end(measure::Phase phase) override {
    PhaseRecorder::end(phase);
    if (phase == measure::Phase::kForward) std::this_thread::sleep_for(gap_);
  }

 private:
  Seconds gap_;
};

config::CaseConfig validity_case(int ranks, int steps) {
  config::CaseConfig config;
  config.id = "validity";
  config.model = "resnet10";
  config.dataset.images = 512;
  config.loader.workers = 0;
  config.measure.warmup_steps = 3;
  config.measure.steps = steps;
  config.measure.arms = {Arm::kFull, Arm::kNoSync};
  config.gpus = ranks;
  config.batch_per_gpu = 8;
  return config;
}

struct Bench {
  monitor::ControlGroup control = monitor::ControlGroup::world();
  std::unique_ptr<comm::Communicator> communicator = comm::make_communicator(kCpu);
  std::unique_ptr<measure::MemoryMeter> memory = measure::make_memory_meter(kCpu);
  measure::MachineWatch watch{""};
  train::CaseObserver observer;
  std::shared_ptr<const data::Dataset> dataset =
      data::open_dataset({.name = "synthetic", .images = 512}, data::Split::kTrain);
};

struct Gaps {
  std::vector<double> seconds;   ///< step clock minus the phases' sum, [step]
  std::vector<double> fraction;  ///< of the step
};

Gaps measure_gaps(Bench& bench, int steps, Seconds injected) {
  const auto config = validity_case(bench.control.size(), steps);
  data::Loader loader(
      bench.dataset, data::ShardedSampler(bench.dataset->size(), bench.control.size(), bench.control.rank(), 1),
      {.batch = config.batch_per_rank(), .workers = 0, .channels_last = train::uses_channels_last(config.train, kCpu)});
  train::Trainer trainer(config, kCpu, *bench.communicator, steps);
  const train::BatchSource source = [&] { return loader.next(); };
  trainer.probe(source);
  trainer.connect();
  RecorderWithGap recorder(trainer.reducer() == nullptr ? 0 : trainer.reducer()->bucket_count(), injected);
  for (int step = 0; step < steps; ++step) trainer.step(source, train::Reduction::kAfterBackward, recorder);
  Gaps gaps;
  for (std::size_t step = 0; step < recorder.step_seconds().size(); ++step) {
    double gap = recorder.step_seconds()[step];
    for (const auto& phase : recorder.phase_seconds()) gap -= phase[step];
    gaps.seconds.push_back(gap);
    gaps.fraction.push_back(gap / recorder.step_seconds()[step]);
  }
  return gaps;
}

struct Exposed {
  double without;  ///< seconds: full - no_sync of the steps without injection
  double with;     ///< of the steps with it
};

// Medians over steps of the maximum over ranks.
Exposed exposed_seconds(Bench& bench, int steps, int repetition, std::int64_t buckets) {
  DelayedCommunicator delayed(*bench.communicator, Seconds(kReductionSeconds), buckets);
  const auto config = validity_case(bench.control.size(), steps);
  train::CaseMeasurement measured(
      config, {kCpu, delayed, bench.control, *bench.memory, bench.watch, bench.observer, bench.dataset, nullptr});
  const train::RepetitionSamples samples = measured.run(repetition);
  std::vector<double> no_sync;
  std::array<std::vector<double>, 2> full;  // without injection, with it
  for (int step = 0; step < steps; ++step) {
    const auto at = static_cast<std::size_t>(step);
    const bool injected = DelayedCommunicator::delays(config.measure.warmup_steps + step);
    full.at(injected ? 1 : 0).push_back(bench.control.max(samples.step_seconds.at("full")[at]));
    no_sync.push_back(bench.control.max(samples.step_seconds.at("no_sync")[at]));
  }
  return {median(full[0]) - median(no_sync), median(full[1]) - median(no_sync)};
}

void check_phases(Bench& bench, int steps) {
  const Gaps none = measure_gaps(bench, steps, Seconds(0));
  const Gaps injected = measure_gaps(bench, steps, Seconds(kGapSeconds));
  const double worst_fraction = bench.control.max(*std::max_element(none.fraction.begin(), none.fraction.end()));
  const double median_fraction = bench.control.max(median(none.fraction));
  const double read = bench.control.max(median(injected.seconds) - median(none.seconds));
  if (bench.control.rank() != 0) return;
  std::cout << fmt::format(
                   "| step not covered by a phase, worst of {} steps and all ranks | at most 3 % | {:.3f} % |\n", steps,
                   100 * worst_fraction)
            << fmt::format("| the same, median | at most 3 % | {:.3f} % |\n", 100 * median_fraction)
            << fmt::format("| {:.0f} ms injected outside every phase | {:.0f} ms | {:.2f} ms |\n", 1e3 * kGapSeconds,
                           1e3 * kGapSeconds, 1e3 * read);
}

void check_exposed(Bench& bench, int steps) {
  train::CaseMeasurement once(
      validity_case(bench.control.size(), 1),
      {kCpu, *bench.communicator, bench.control, *bench.memory, bench.watch, bench.observer, bench.dataset, nullptr});
  const auto buckets = static_cast<std::int64_t>(once.run(0).bucket_bytes.size());
  std::vector<double> without, with;
  constexpr int kRepetitions = 7;
  for (int repetition = 0; repetition < kRepetitions; ++repetition) {
    const Exposed exposed = exposed_seconds(bench, steps, repetition, buckets);
    without.push_back(exposed.without);
    with.push_back(exposed.with);
  }
  const Interval read = interval_of_difference(with, without);
  if (bench.control.rank() != 0) return;
  std::cout << fmt::format("| exposed communication without injection | | {:.2f} ms |\n", 1e3 * median(without))
            << fmt::format("| {:.0f} ms injected into reduction | 30 ± 3 ms exposed | {:.2f} ms [{:.2f}, {:.2f}] |\n",
                           1e3 * kReductionSeconds, 1e3 * read.estimate, 1e3 * read.low, 1e3 * read.high);
}

}  // namespace

int main(int argc, char** argv) {
  const mpi::MpiSession mpi;
  const int steps = argc > 1 ? std::atoi(argv[1]) : 50;
  at::set_num_threads(1);
  Bench bench;
  if (bench.control.rank() == 0) {
    std::cout << fmt::format("| quantity ({} ranks, resnet10, batch 8 per rank) | expected | read |\n|---|---|---|\n",
                             bench.control.size());
  }
  check_phases(bench, steps);
  if (bench.control.size() > 1) check_exposed(bench, steps);
}
