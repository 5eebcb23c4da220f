#include "sweep/startup_times.h"

#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <stdexcept>

namespace scalemark::sweep {
namespace {

TEST(StartupTimes, AreThoseOfTheSlowestRank) {
  const auto world = monitor::ControlGroup::world();
  StartupTimes times, earlier;
  earlier.add("mpi", 0.25 * world.size());
  times.add(earlier);
  times.add("communicator", 1.0 + world.rank());
  times.add("communicator", 2.0);
  const std::map<std::string, double> expected{{"communicator_seconds", 2.0 + world.size()},
                                               {"mpi_seconds", 0.25 * world.size()}};
  EXPECT_EQ(times.of_slowest_rank(world), expected);
}

TEST(StartupTimes, HandOnWhatTheFunctionReturns) {
  StartupTimes times;
  const auto value = times.time("device", [] { return std::make_unique<int>(7); });
  EXPECT_EQ(*value, 7);
  EXPECT_THROW(times.time("device", [] { throw std::runtime_error("no device"); }), std::runtime_error);
  EXPECT_EQ(times.of_slowest_rank(monitor::ControlGroup::world()).count("device_seconds"), 1U);
}

TEST(StartupTimes, AProcessIsYoungerThanItsMachine) {
  const double before = process_age_seconds();
  std::ifstream uptime("/proc/uptime");
  double machine = 0;
  uptime >> machine;
  EXPECT_LT(before, machine);
  EXPECT_GE(process_age_seconds(), before);
}

}  // namespace
}  // namespace scalemark::sweep
