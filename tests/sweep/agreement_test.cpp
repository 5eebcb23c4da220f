#include "sweep/agreement.h"

#include <gtest/gtest.h>

#include <string>

namespace scalemark::sweep {
namespace {

TEST(Together, OneRanksErrorBecomesEveryRanks) {
  const auto world = monitor::ControlGroup::world();
  const int last = world.size() - 1;
  try {
    together(world, [&] {
      if (world.rank() == last) throw InputError("no such file");
    });
    FAIL() << "rank " << world.rank() << " went on";
  } catch (const AgreedInputError& error) {
    EXPECT_NE(std::string(error.what()).find("no such file"), std::string::npos);
    if (last > 0) {
      EXPECT_NE(std::string(error.what()).find("rank " + std::to_string(last)), std::string::npos);
    }
  }
}

TEST(Together, WhatAllRanksSayIsSaidOnce) {
  const auto world = monitor::ControlGroup::world();
  try {
    together(world, [] { throw InputError("bad config"); });
    FAIL();
  } catch (const AgreedInputError& error) {
    EXPECT_STREQ(error.what(), "bad config");
  }
}

TEST(Together, WithoutErrorsItReturns) {
  const auto world = monitor::ControlGroup::world();
  EXPECT_NO_THROW(together(world, [] {}));
}

TEST(LeastOf, IsTheSameOnEveryRank) {
  const auto world = monitor::ControlGroup::world();
  constexpr std::int64_t kManyBytes = 150'000'000'000;
  EXPECT_EQ(least_of(world, kManyBytes - world.rank()), kManyBytes - (world.size() - 1));
  EXPECT_EQ(least_of(world, 0), 0);
}

}  // namespace
}  // namespace scalemark::sweep
