// What keeping every sample costs: a repetition appended to a result file of growing size and made durable, beside the
// limits: copying the file's bytes, and replacing a file by them (write, sync, rename) without HDF5.
//
//     build/bench/store_bench [--benchmark_filter=...]
//
// The argument is the number of cases that the file holds; each has four arms of 7 repetitions of 20 steps of 4 ranks.
// Files go to the folder of TMPDIR, whose disk decides what syncing takes.

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "results/durable_file.h"
#include "results/result_store.h"

namespace {

using scalemark::results::CaseRecord;
using scalemark::results::ResultStore;

/// A file of this process, removed at the end.
class ScratchFile {
 public:
  ScratchFile()
      : path_(std::filesystem::temp_directory_path() / fmt::format("store_bench-{}.h5", static_cast<int>(getpid()))) {}
  ~ScratchFile() { std::filesystem::remove(path_); }
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

CaseRecord sample_case(std::int64_t index) {
  constexpr std::int64_t kSteps = 20;
  constexpr std::int64_t kRanks = 4;
  constexpr std::size_t kRepetitions = 7;
  CaseRecord record;
  record.row.case_id = fmt::format("case{}", index);
  record.row.status = scalemark::results::CaseStatus::kOk;
  for (const char* arm : {"full", "no_sync", "comm_only", "cached_input"}) {
    record.arms[arm] = {kSteps, kRanks, std::vector<double>(kRepetitions * kSteps * kRanks, 0.25)};
  }
  return record;
}

ResultStore filled_store(const std::filesystem::path& path, std::int64_t cases) {
  std::filesystem::remove(path);
  ResultStore store = ResultStore::create(path, {});
  for (std::int64_t i = 0; i < cases; ++i) store.put_case(sample_case(i));
  store.commit();
  return store;
}

std::vector<std::byte> bytes_of_file(std::int64_t cases) {
  const ScratchFile file;
  filled_store(file.path(), cases);
  return scalemark::results::read_file(file.path(), std::size_t{1} << 32);
}

void commit_one_case(benchmark::State& state) {
  const ScratchFile file;
  ResultStore store = filled_store(file.path(), state.range(0));
  for (auto _ : state) {
    store.put_case(sample_case(0));
    store.commit();
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(std::filesystem::file_size(file.path())));
}

void replace_the_same_bytes(benchmark::State& state) {
  const std::vector<std::byte> bytes = bytes_of_file(state.range(0));
  const ScratchFile file;
  scalemark::results::create_durably(file.path(), bytes);
  for (auto _ : state) scalemark::results::replace_durably(file.path(), bytes);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes.size()));
}

void copy_the_same_bytes(benchmark::State& state) {
  const std::vector<std::byte> bytes = bytes_of_file(state.range(0));
  std::vector<std::byte> copy(bytes.size());
  for (auto _ : state) {
    std::memcpy(copy.data(), bytes.data(), bytes.size());
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes.size()));
}

void read_the_file(benchmark::State& state) {
  const ScratchFile file;
  filled_store(file.path(), state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(scalemark::results::read_results(file.path()));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(std::filesystem::file_size(file.path())));
}

BENCHMARK(commit_one_case)->RangeMultiplier(8)->Range(1, 512)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(replace_the_same_bytes)->RangeMultiplier(8)->Range(1, 512)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(copy_the_same_bytes)->RangeMultiplier(8)->Range(1, 512)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(read_the_file)->RangeMultiplier(8)->Range(1, 512)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace

BENCHMARK_MAIN();
