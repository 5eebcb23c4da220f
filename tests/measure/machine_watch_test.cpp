#include "measure/machine_watch.h"

#include <gtest/gtest.h>

#include <array>
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

// The bits are those of nvml.h, nvmlClocksThrottleReason*.
TEST(GpuMonitor, TellsHeatFromPower) {
  struct Expected {
    const char* what;
    unsigned long long reasons;
    bool by_power;
    bool by_heat;
  };
  constexpr std::array<Expected, 8> kExpected{{
      {"none", 0x0, false, false},
      {"idle, application clocks, boost of the group, display", 0x1 | 0x2 | 0x10 | 0x100, false, false},
      {"power cap", 0x4, true, false},
      {"hardware, while the clocks change", 0x8, false, false},
      {"driver, by heat", 0x20, false, true},
      {"hardware, by heat", 0x8 | 0x40, false, true},
      {"hardware, by the power brake", 0x8 | 0x80, true, false},
      {"hardware, by both", 0x8 | 0x40 | 0x80, true, true},
  }};
  for (const Expected& one : kExpected) {
    const auto slowdown = GpuMonitor::slowdown_of(one.reasons);
    EXPECT_EQ(slowdown.by_power, one.by_power) << one.what;
    EXPECT_EQ(slowdown.by_heat, one.by_heat) << one.what;
  }
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
