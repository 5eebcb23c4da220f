#include "results/isolated.h"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>

namespace scalemark::results {
namespace {

using Bytes = std::vector<std::byte>;

constexpr unsigned kPlentySeconds = 60;

TEST(RunIsolated, ReturnsTheResultHoweverLong) {
  Bytes large(3'000'000, std::byte{7});
  EXPECT_EQ(run_isolated([&] { return large; }, kPlentySeconds), large);
  EXPECT_EQ(run_isolated([] { return Bytes(); }, kPlentySeconds), Bytes());
}

TEST(RunIsolated, PassesOnTheMessageOfAnException) {
  try {
    run_isolated([]() -> Bytes { throw std::invalid_argument("refused"); }, kPlentySeconds);
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "refused");
  }
}

TEST(RunIsolated, ACrashIsAnError) {
  const auto raise = [](int signal) {
    run_isolated(
        [signal] {
          std::raise(signal);
          return Bytes(1);
        },
        kPlentySeconds);
  };
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGABRT, SIGKILL}) EXPECT_THROW(raise(signal), IsolatedCrash);
  EXPECT_THROW(run_isolated([]() -> Bytes { std::_Exit(1); }, kPlentySeconds), IsolatedCrash);
}

TEST(RunIsolated, AnEndlessLoopIsAnError) {
  volatile bool forever = true;
  const auto loop = [&] {
    while (forever) continue;
    return Bytes();
  };
  EXPECT_THROW(run_isolated(loop, 1), IsolatedCrash);
}

TEST(RunIsolated, MemoryBeyondTheLimitIsAnError) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the address sanitizer's memory is not limited";
#endif
  constexpr std::size_t kLimitBytes = 64 << 20;
  const auto take = [](std::size_t bytes) {
    return run_isolated([bytes] { return Bytes(Bytes(bytes).size() / bytes); }, kPlentySeconds, kLimitBytes);
  };
  EXPECT_EQ(take(kLimitBytes / 2).size(), 1U);
  try {
    take(2 * kLimitBytes);
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "needs more memory than it may take");
  }
}

TEST(RunIsolated, NothingTheWorkDoesReachesTheCaller) {
  int value = 1;
  run_isolated(
      [&] {
        value = 2;
        return Bytes();
      },
      kPlentySeconds);
  EXPECT_EQ(value, 1);
}

}  // namespace
}  // namespace scalemark::results
