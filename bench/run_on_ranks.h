#pragma once

#include <benchmark/benchmark.h>

#include <vector>

namespace scalemark::bench {

/// For the ranks that leave reporting to rank 0.
class SilentReporter : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>&) override {}
};

/// Runs what is registered, on all ranks of an MPI job at once: with numbers of iterations that are fixed, since ranks
/// that choose their own would wait for each other for ever.
inline void run_on_ranks(int rank) {
  if (rank == 0) {
    benchmark::RunSpecifiedBenchmarks();
    return;
  }
  SilentReporter silent;
  benchmark::RunSpecifiedBenchmarks(&silent);
}

}  // namespace scalemark::bench
