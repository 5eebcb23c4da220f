#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <random>
#include <thread>

#include "results/record_comparison.h"
#include "results/result_store.h"
#include "results/sample_records.h"

namespace scalemark::results {
namespace {

namespace fs = std::filesystem;

constexpr int kRepetitions = 5;

/// The case to which the n-th commit adds a repetition, as it is after that.
CaseRecord after_commit(int n) {
  const int index = n / kRepetitions;
  CaseRecord record = testing::full_case("case" + std::to_string(index));
  record.bucket_seconds.clear();
  testing::drop_step_series(record);
  record.arms = {{"full", testing::sample_steps(index, n % kRepetitions + 1, 4, 2)}};
  return record;
}

/// How many commits the file holds, after checking that it holds exactly those.
int commits_in(const ResultFile& file) {
  int commits = 0;
  for (std::size_t i = 0; i < file.cases.size(); ++i) {
    const auto repetitions = static_cast<int>(file.cases[i].arms.at("full").repetitions());
    EXPECT_TRUE(repetitions == kRepetitions || i + 1 == file.cases.size());
    testing::expect_same(after_commit(static_cast<int>(i) * kRepetitions + repetitions - 1), file.cases[i]);
    commits += repetitions;
  }
  return commits;
}

/// Goes on with the file for ever, and tells how many commits have returned.
[[noreturn]] void write_until_killed(const fs::path& path, int report) {
  ResultStore store =
      fs::exists(path) ? ResultStore::resume(path) : ResultStore::create(path, testing::sample_header());
  for (int n = commits_in(store.contents());; ++n) {
    store.put_case(after_commit(n));
    store.commit();
    const int commits = n + 1;
    if (write(report, &commits, sizeof commits) != sizeof commits) _exit(1);
  }
}

/// Every third round the writer is killed wherever it is, else some time after its first commit.
void wait_for_some_moment(int report, int round, std::mt19937& random) {
  constexpr int kPatienceMilliseconds = 60'000;
  pollfd first_commit{report, POLLIN, 0};
  if (round % 3 != 0) poll(&first_commit, 1, kPatienceMilliseconds);
  std::this_thread::sleep_for(std::chrono::microseconds(random() % 40'000));
}

int last_report(int pipe) {
  int last = 0;
  for (int commits = 0; read(pipe, &commits, sizeof commits) == sizeof commits;) last = commits;
  return last;
}

TEST(Durability, AKillAtAnyMomentLeavesEveryCommit) {
  const fs::path path = testing::fresh_path("results.h5");
  std::mt19937 random(1);
  int committed = 0;
  for (int round = 0; round < 30; ++round) {
    std::array<int, 2> report{};
    ASSERT_EQ(pipe(report.data()), 0);
    const pid_t writer = fork();
    ASSERT_GE(writer, 0);
    if (writer == 0) write_until_killed(path, report[1]);
    close(report[1]);
    wait_for_some_moment(report[0], round, random);
    kill(writer, SIGKILL);
    int status = 0;
    waitpid(writer, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status)) << "the writer ended by itself";
    committed = std::max(committed, last_report(report[0]));
    close(report[0]);
    if (committed == 0 && !fs::exists(path)) continue;
    const int found = commits_in(read_results(path));
    EXPECT_TRUE(found == committed || found == committed + 1) << found << " " << committed;
    committed = found;
  }
  EXPECT_GE(committed, 20);
  { const ResultStore store = ResultStore::resume(path); }
  EXPECT_EQ(std::distance(fs::directory_iterator(path.parent_path()), fs::directory_iterator()), 1);
}

}  // namespace
}  // namespace scalemark::results
