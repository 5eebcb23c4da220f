// What reducing gradients adds to a backward pass, on the CPU: a load like ResNet-18's, its gradients through the
// reducer.
//
//     mpirun -n 2 build/bench/reducer_bench
//
// Every rank runs each benchmark the same number of times; an iteration's time is that of the slowest rank.

#include <ATen/Parallel.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/rand.h>
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <ctime>
#include <iterator>
#include <memory>
#include <numeric>
#include <ostream>
#include <string>
#include <vector>

#include "comm/backend.h"
#include "comm/gradient_reducer.h"
#include "monitor/control_group.h"
#include "mpi/mpi_session.h"
#include "run_on_ranks.h"

namespace {

using scalemark::comm::BucketFill;
using scalemark::comm::Communicator;
using scalemark::comm::GradientReducer;
using scalemark::comm::NamedParameter;
using scalemark::monitor::ControlGroup;

/// The weights of ResNet-18 for 32x32 images and 10 classes: 11,173,962 with batch norm's and the classifier's.
std::vector<NamedParameter> resnet18_parameters() {
  std::vector<NamedParameter> parameters;
  const auto add = [&](const std::vector<std::int64_t>& shape) {
    parameters.push_back({"parameter " + std::to_string(parameters.size()), at::ones(shape)});
  };
  const auto add_convolution = [&](std::int64_t out, std::int64_t in, std::int64_t kernel) {
    add({out, in, kernel, kernel});
    add({out});
    add({out});
  };
  add_convolution(64, 3, 3);
  for (std::int64_t in = 64, stage = 0; stage < 4; ++stage) {
    const std::int64_t out = std::int64_t{64} << stage;
    for (int block = 0; block < 2; ++block) {
      add_convolution(out, in, 3);
      add_convolution(out, out, 3);
      if (in != out) add_convolution(out, in, 1);
      in = out;
    }
  }
  add({10, 512});
  add({10});
  return parameters;
}

std::vector<std::size_t> last_to_first(std::size_t count) {
  std::vector<std::size_t> order(count);
  std::iota(order.rbegin(), order.rend(), std::size_t{0});
  return order;
}

/// A backward pass without a network: the same products for every convolution, and a fresh gradient per parameter.
class BackwardLoad {
 public:
  explicit BackwardLoad(std::vector<NamedParameter> parameters) : parameters_(std::move(parameters)) {}

  const std::vector<NamedParameter>& parameters() const { return parameters_; }

  template <typename Ready>
  void run(const Ready& ready) {
    for (std::size_t i = parameters_.size(); i-- > 0;) {
      at::Tensor& parameter = parameters_[i].tensor;
      if (parameter.dim() == 4) {
        for (int product = 0; product < kProductsPerConvolution; ++product) at::mm_out(product_, left_, right_);
      }
      parameter.mutable_grad() = at::ones_like(parameter);
      ready(i);
    }
  }

 private:
  static constexpr int kProductsPerConvolution = 6;

  std::vector<NamedParameter> parameters_;
  at::Tensor left_ = at::rand({512, 512});
  at::Tensor right_ = at::rand({512, 512});
  at::Tensor product_ = at::rand({512, 512});
};

double core_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

/// Runs `step` until the benchmark has its iterations; reports also the core time that a step takes on all ranks.
template <typename Step>
void measure(benchmark::State& state, const ControlGroup& control, const Step& step) {
  double core_total = 0;
  for (auto _ : state) {
    control.barrier();
    const double core_start = core_seconds();
    const auto start = std::chrono::steady_clock::now();
    step();
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    core_total += core_seconds() - core_start;
    state.SetIterationTime(control.max(elapsed.count()));
  }
  state.counters["core_seconds"] = benchmark::Counter(control.sum(core_total), benchmark::Counter::kAvgIterations);
}

struct Ranks {
  ControlGroup control = ControlGroup::world();
  std::unique_ptr<Communicator> communicator = scalemark::comm::make_communicator(at::kCPU);
};

void compute_only(benchmark::State& state, Ranks& ranks) {
  BackwardLoad load(resnet18_parameters());
  measure(state, ranks.control, [&] { load.run([](std::size_t) {}); });
}

void reduced(benchmark::State& state, Ranks& ranks, GradientReducer::Schedule schedule) {
  BackwardLoad load(resnet18_parameters());
  GradientReducer reducer(load.parameters(), last_to_first(load.parameters().size()), *ranks.communicator, {});
  measure(state, ranks.control, [&] {
    reducer.begin(schedule);
    load.run([&](std::size_t parameter) { reducer.add(parameter); });
    reducer.finalize();
  });
}

void reduce_only(benchmark::State& state, Ranks& ranks) {
  BackwardLoad load(resnet18_parameters());
  GradientReducer reducer(load.parameters(), last_to_first(load.parameters().size()), *ranks.communicator, {});
  measure(state, ranks.control, [&] {
    for (std::size_t bucket = 0; bucket < reducer.bucket_count(); ++bucket) reducer.reduce_bucket(bucket);
  });
}

/// Gradients that are there already, put into the buckets of two ranks and not reduced.
class FillLoad {
 public:
  FillLoad(BucketFill fill, Communicator& communicator)
      : parameters_(resnet18_parameters()),
        reducer_(parameters_, last_to_first(parameters_.size()), communicator, {.fill = fill}) {
    for (const NamedParameter& parameter : parameters_) gradients_.push_back(at::ones_like(parameter.tensor));
  }

  void run() {
    reducer_.begin(GradientReducer::Schedule::kAfterBackward);
    for (std::size_t i = parameters_.size(); i-- > 0;) {
      at::Tensor& gradient = parameters_[i].tensor.mutable_grad();
      if (gradient.defined()) {
        gradient += gradients_[i];  // as autograd, which hands over a fresh gradient where there is none
      } else {
        gradient = gradients_[i];
      }
      reducer_.add(i);
    }
  }

 private:
  std::vector<NamedParameter> parameters_;
  GradientReducer reducer_;
  std::vector<at::Tensor> gradients_;
};

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

/// The ways of filling, in rounds in which each has its turn; medians over the rounds, ratios within them.
void fills(benchmark::State& state, Ranks& ranks) {
  constexpr BucketFill kFills[] = {BucketFill::kEach, BucketFill::kTogether, BucketFill::kViews};
  std::vector<std::unique_ptr<FillLoad>> loads;
  for (const BucketFill fill : kFills) loads.push_back(std::make_unique<FillLoad>(fill, *ranks.communicator));
  std::vector<double> each, together, views;
  for (auto _ : state) {
    double seconds[std::size(kFills)] = {};
    for (std::size_t turn = 0; turn < std::size(kFills); ++turn) {
      const std::size_t way = (each.size() + turn) % std::size(kFills);
      ranks.control.barrier();
      const auto start = std::chrono::steady_clock::now();
      loads[way]->run();
      const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
      seconds[way] = ranks.control.max(elapsed.count());
    }
    state.SetIterationTime(seconds[0]);
    each.push_back(seconds[0]);
    together.push_back(seconds[1] / seconds[0]);
    views.push_back(seconds[2] / seconds[0]);
  }
  state.counters["each_ms"] = 1e3 * median(each);
  state.counters["together_to_each"] = median(together);
  state.counters["views_to_each"] = median(views);
}

void register_benchmarks(Ranks& ranks) {
  const auto add = [](const char* name, auto function) {
    benchmark::RegisterBenchmark(name, function)
        ->UseManualTime()
        ->Unit(benchmark::kMillisecond)
        ->Iterations(20)
        ->Repetitions(5)
        ->ReportAggregatesOnly();
  };
  using Schedule = GradientReducer::Schedule;
  add("compute_only", [&ranks](benchmark::State& state) { compute_only(state, ranks); });
  add("overlapped", [&ranks](benchmark::State& state) { reduced(state, ranks, Schedule::kOverlapped); });
  add("after_backward", [&ranks](benchmark::State& state) { reduced(state, ranks, Schedule::kAfterBackward); });
  benchmark::RegisterBenchmark("fills", [&ranks](benchmark::State& state) { fills(state, ranks); })
      ->UseManualTime()
      ->Unit(benchmark::kMillisecond)
      ->Iterations(60)
      ->Repetitions(3);
  add("reduce_only", [&ranks](benchmark::State& state) { reduce_only(state, ranks); });
}

}  // namespace

int main(int argc, char** argv) {
  scalemark::mpi::MpiSession mpi;
  at::set_num_threads(1);
  benchmark::Initialize(&argc, argv);
  Ranks ranks;
  register_benchmarks(ranks);
  scalemark::bench::run_on_ranks(ranks.control.rank());
  return 0;
}
