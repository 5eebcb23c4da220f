// Collectives of CPU tensors beside MPI's own and beside the limit that memory sets, on the CPU.
//
//     mpirun -n 2 build/bench/collectives_bench
//     OMPI_MCA_coll_tuned_use_dynamic_rules=1 OMPI_MCA_coll_tuned_allreduce_algorithm=4 mpirun ...     Open MPI's ring
//
// Every rank runs each benchmark the same number of times; an iteration's time is that of the slowest rank. What is
// called bytes_per_second is nccl-tests' bus bandwidth; of `copy` bytes read, on every rank at once.

#include <ATen/Parallel.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>
#include <benchmark/benchmark.h>
#include <mpi.h>

#include <chrono>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "comm/backend.h"
#include "comm/mpi/mpi_communicator.h"
#include "monitor/control_group.h"
#include "mpi/mpi_check.h"
#include "mpi/mpi_session.h"
#include "run_on_ranks.h"

namespace {

using scalemark::comm::Communicator;
using scalemark::comm::HostPath;
using scalemark::monitor::ControlGroup;

struct Ranks {
  ControlGroup control = ControlGroup::world();
  std::unique_ptr<Communicator> shared = scalemark::comm::make_mpi_communicator(HostPath::kSharedMemory);
  std::unique_ptr<Communicator> messages = scalemark::comm::make_mpi_communicator(HostPath::kMessages);
};

/// @param carried  how often the busiest link carries the tensor's bytes.
template <typename Step>
void measure(benchmark::State& state, const ControlGroup& control, double carried, const Step& step) {
  for (auto _ : state) {
    MPI_CHECK(MPI_Barrier(MPI_COMM_WORLD));
    const auto start = std::chrono::steady_clock::now();
    step();
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    state.SetIterationTime(control.max(elapsed.count()));
  }
  state.SetBytesProcessed(
      static_cast<std::int64_t>(static_cast<double>(state.iterations() * state.range(0)) * carried));
}

double all_reduce_share(int ranks) { return 2.0 * (ranks - 1) / ranks; }

at::Tensor floats(const benchmark::State& state) { return at::zeros({state.range(0) / 4}); }

void all_reduce(benchmark::State& state, const ControlGroup& control, Communicator& group) {
  const at::Tensor tensor = floats(state);
  measure(state, control, all_reduce_share(group.size()), [&] { group.all_reduce(tensor)->wait(); });
}

void mpi_all_reduce(benchmark::State& state, const ControlGroup& control) {
  const at::Tensor tensor = floats(state);
  measure(state, control, all_reduce_share(control.size()), [&] {
    MPI_CHECK(MPI_Allreduce(MPI_IN_PLACE, tensor.data_ptr(), static_cast<int>(tensor.numel()), MPI_FLOAT, MPI_SUM,
                            MPI_COMM_WORLD));
  });
}

void all_gather(benchmark::State& state, const ControlGroup& control, Communicator& group) {
  const at::Tensor piece = at::ones({state.range(0) / 4 / group.size()});
  const at::Tensor all = at::zeros({piece.numel() * group.size()});
  measure(state, control, all_reduce_share(group.size()) / 2, [&] { group.all_gather(piece, all)->wait(); });
}

void reduce_scatter(benchmark::State& state, const ControlGroup& control, Communicator& group) {
  const at::Tensor piece = at::ones({state.range(0) / 4 / group.size()});
  const at::Tensor all = at::zeros({piece.numel() * group.size()});
  measure(state, control, all_reduce_share(group.size()) / 2, [&] { group.reduce_scatter(all, piece)->wait(); });
}

void broadcast(benchmark::State& state, const ControlGroup& control, Communicator& group) {
  const at::Tensor tensor = floats(state);
  measure(state, control, 1, [&] { group.broadcast(tensor, 0); });
}

void copy(benchmark::State& state, const ControlGroup& control) {
  const at::Tensor from = floats(state);
  const at::Tensor to = floats(state);
  measure(state, control, 1, [&] { std::memcpy(to.data_ptr(), from.data_ptr(), from.nbytes()); });
}

void register_benchmarks(Ranks& ranks) {
  const auto add = [](const char* name, auto function) {
    constexpr std::int64_t kMebibyte = std::int64_t{1} << 20;
    benchmark::RegisterBenchmark(name, function)
        ->RangeMultiplier(4)
        ->Range(kMebibyte, 64 * kMebibyte)
        ->UseManualTime()
        ->Unit(benchmark::kMillisecond)
        ->Iterations(10)
        ->Repetitions(5)
        ->ReportAggregatesOnly();
  };
  const ControlGroup& control = ranks.control;
  add("all_reduce", [&](benchmark::State& state) { all_reduce(state, control, *ranks.shared); });
  add("all_reduce_by_messages", [&](benchmark::State& state) { all_reduce(state, control, *ranks.messages); });
  add("mpi_all_reduce", [&](benchmark::State& state) { mpi_all_reduce(state, control); });
  add("all_gather", [&](benchmark::State& state) { all_gather(state, control, *ranks.shared); });
  add("reduce_scatter", [&](benchmark::State& state) { reduce_scatter(state, control, *ranks.shared); });
  add("broadcast", [&](benchmark::State& state) { broadcast(state, control, *ranks.shared); });
  add("copy", [&](benchmark::State& state) { copy(state, control); });
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
