#include "measure/machine_watch.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <cstdlib>

namespace scalemark::measure {
namespace {

void set_reasons(const char* reasons) { setenv("FAKE_NVML_REASONS", reasons, 1); }

TEST(MachineWatch, CountsItsOwnWork) {
  MachineWatch watch("");
  watch.begin();
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(300);
  while (std::chrono::steady_clock::now() < until) {
  }
  watch.look();
  const MachineUse use = watch.end();
  EXPECT_GT(use.own_busy_seconds, 0.0);
  EXPECT_GT(use.host_capacity_seconds, use.own_busy_seconds / 2);
  // Both clocks tick in hundredths of a second, on every processor.
  EXPECT_GT(use.host_busy_seconds, use.own_busy_seconds - 0.1);
  EXPECT_TRUE(std::isnan(use.sm_clock_hertz));
  EXPECT_TRUE(std::isnan(use.power_slowdown_fraction));
}

TEST(MachineWatch, CountsTheLooksThatFoundClocksLowered) {
  MachineWatch watch("GPU-1234");
  watch.begin();
  constexpr auto kApplicationClocks = "0x2";
  constexpr auto kPowerCap = "0x4";
  constexpr auto kThermalAndIdle = "0x21";
  for (const char* reasons : {kApplicationClocks, kPowerCap, kPowerCap, kThermalAndIdle}) {
    set_reasons(reasons);
    watch.look();
  }
  const MachineUse use = watch.end();
  EXPECT_EQ(use.sm_clock_hertz, 1.41e9);
  EXPECT_EQ(use.power_slowdown_fraction, 0.5);
  EXPECT_EQ(use.thermal_slowdown_fraction, 0.25);
  watch.begin();
  EXPECT_TRUE(std::isnan(watch.end().power_slowdown_fraction)) << "begin() forgets";
}

TEST(GpuMonitor, SaysWhatOthersTake) {
  const auto gpu = GpuMonitor::open("GPU-1234");
  ASSERT_NE(gpu, nullptr);
  EXPECT_EQ(gpu->busy_fraction(), 0.37);
  EXPECT_EQ(gpu->used_bytes(), 3'000'000'000);
}

TEST(MachineWatch, ReadsTheEnergyThatTheGpuHasUsed) {
  const MachineWatch watch("GPU-1234");
  unsetenv("FAKE_NVML_MILLIJOULES");
  EXPECT_TRUE(std::isnan(watch.energy_joules())) << "before Volta there is no such counter";
  setenv("FAKE_NVML_MILLIJOULES", "5000000000250", 1);  // beyond 32 bits
  EXPECT_DOUBLE_EQ(watch.energy_joules(), 5'000'000'000.25);
  EXPECT_TRUE(std::isnan(MachineWatch("").energy_joules()));
}

TEST(MachineWatch, KnowsNothingOfWhatTheDriverDoesNotSay) {
  unsetenv("FAKE_NVML_REASONS");
  MachineWatch watch("GPU-1234");
  watch.begin();
  watch.look();
  EXPECT_EQ(watch.end().sm_clock_hertz, 1.41e9);
  EXPECT_TRUE(std::isnan(watch.end().thermal_slowdown_fraction));
  EXPECT_EQ(GpuMonitor::open("GPU-other"), nullptr);
}

}  // namespace
}  // namespace scalemark::measure
