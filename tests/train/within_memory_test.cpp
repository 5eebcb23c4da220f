#include "train/within_memory.h"

#include <c10/util/Exception.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <exception>
#include <functional>
#include <new>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include "comm/communicator_memory.h"
#include "core/error.h"

namespace scalemark::train {
namespace {

class WithinMemory : public ::testing::Test {
 protected:
  /// What the ranks lacked, on rank 0; fails where nobody lacked anything.
  std::vector<std::string> shortages_of(const std::function<void()>& step) const {
    try {
      within_memory(world_, step);
    } catch (const OutOfMemory& error) {
      return error.shortages();
    }
    ADD_FAILURE() << "nobody ran out of memory";
    return {};
  }

  const monitor::ControlGroup world_ = monitor::ControlGroup::world();
};

TEST_F(WithinMemory, OneRankThatLacksMemoryEndsTheStepOnAll) {
  const auto shortages = shortages_of([this] {
    if (world_.rank() == 0) TORCH_CHECK_WITH(OutOfMemoryError, false, "tried to take too much");
  });
  ASSERT_EQ(shortages.size(), world_.rank() == 0 ? static_cast<std::size_t>(world_.size()) : 0U);
  for (std::size_t rank = 0; rank < shortages.size(); ++rank)
    EXPECT_EQ(shortages[rank].find("tried to take too much") != std::string::npos, rank == 0) << rank;
}

TEST_F(WithinMemory, ACommunicatorThatGetsNoMemoryIsAShortage) {
  const auto shortages = shortages_of([] { throw comm::CommunicatorOutOfMemory("no memory for a connection"); });
  for (const auto& shortage : shortages) EXPECT_EQ(shortage, "no memory for a connection");
}

TEST_F(WithinMemory, AnotherErrorOfALibraryIsNone) {
  const auto fail = [] { throw LaunchError("the network is down"); };
  EXPECT_THROW(within_memory(world_, fail), LaunchError);
}

class WithinCase : public ::testing::Test {
 protected:
  int last() const { return world_.size() - 1; }

  // On the last rank alone.
  void step_that(const std::function<void()>& throws) {
    const auto step = [&] {
      if (world_.rank() == last()) throws();
    };
    within_case(world_, step, [this] { ++followed_; });
  }

  /// What the ranks threw, on rank 0.
  std::vector<std::string> errors_of(const std::function<void()>& throws) {
    try {
      step_that(throws);
    } catch (const CaseError& error) {
      return error.reasons();
    }
    ADD_FAILURE() << "nobody failed";
    return {};
  }

  const monitor::ControlGroup world_ = monitor::ControlGroup::world();
  int followed_ = 0;
};

TEST_F(WithinCase, AnyErrorOfOneRanksWorkEndsTheStepOnAll) {
  const std::vector<std::function<void()>> kinds{[] { TORCH_CHECK(false, "shapes differ"); },
                                                 [] { throw std::runtime_error("shapes differ\nadvice"); },
                                                 [] { throw std::logic_error("shapes differ"); }};
  for (const auto& kind : kinds) {
    followed_ = 0;
    const auto reasons = errors_of(kind);
    EXPECT_EQ(followed_, world_.rank() == last() ? 1 : 0) << "what the others wait for is done once";
    ASSERT_EQ(reasons.size(), world_.rank() == 0 ? static_cast<std::size_t>(world_.size()) : 0U);
    for (std::size_t rank = 0; rank < reasons.size(); ++rank)
      EXPECT_EQ(reasons[rank], rank + 1 == reasons.size() ? "shapes differ" : "") << rank;
  }
}

TEST_F(WithinCase, WantOfMemoryIsToldFromOtherErrors) {
  EXPECT_THROW(step_that([] { throw std::bad_alloc(); }), OutOfMemory);
  const auto both = [this] {
    if (world_.rank() == last()) throw std::runtime_error("shapes differ");
    throw std::bad_alloc();
  };
  EXPECT_THROW(within_case(world_, both, [] {}), CaseError) << "memory alone would not have made the case run";
}

TEST_F(WithinCase, WhatIsNotTheCasesOwnGoesThrough) {
  for (const std::exception_ptr& error :
       {std::make_exception_ptr(LaunchError("the network is down")),
        std::make_exception_ptr(std::system_error(ENOSPC, std::generic_category()))}) {
    const auto fail = [&] { std::rethrow_exception(error); };
    EXPECT_ANY_THROW(setback_of(fail));
  }
  EXPECT_THROW(within_case(
                   world_, [] { throw std::runtime_error("a"); }, [] { throw LaunchError("a device that is lost"); }),
               LaunchError);
}

}  // namespace
}  // namespace scalemark::train
