#include "doctor/wishes.h"

#include <gtest/gtest.h>

namespace scalemark::doctor {
namespace {

using config::CaseConfig;
using config::DeviceChoice;

CaseConfig on(DeviceChoice device) {
  CaseConfig config;
  config.device = device;
  return config;
}

WantedDevice wanted(const std::vector<CaseConfig>& cases) { return wishes_of(cases).device; }

TEST(Wishes, LookAtTheDeviceOfEveryCase) {
  const CaseConfig cpu = on(DeviceChoice::kCpu);
  const CaseConfig cuda = on(DeviceChoice::kCuda);
  const CaseConfig any = on(DeviceChoice::kAuto);
  EXPECT_EQ(wanted({cpu, cuda}), WantedDevice::kCuda);
  EXPECT_EQ(wanted({any, cuda}), WantedDevice::kCuda);
  EXPECT_EQ(wanted({cpu, cpu}), WantedDevice::kCpu);
  EXPECT_EQ(wanted({cpu, any}), WantedDevice::kAuto);
  EXPECT_EQ(wanted({any}), WantedDevice::kAuto);
}

TEST(Wishes, DataParallelIsOneRankOfSeveralDevices) {
  CaseConfig config;
  config.gpus = 4;
  EXPECT_EQ(wishes_of({config}).most_ranks, 4);
  config.train.mode = config::Mode::kDataParallel;
  EXPECT_EQ(wishes_of({config}).most_ranks, 1);
}

TEST(Wishes, AreThoseOfTheCaseWithTheMostWorkers) {
  CaseConfig few;
  few.loader.workers = 1;
  CaseConfig many;
  many.loader.workers = 7;
  EXPECT_EQ(wishes_of({many, few}).loader_workers, 7);
}

}  // namespace
}  // namespace scalemark::doctor
