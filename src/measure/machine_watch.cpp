#include "measure/machine_watch.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>

#include "core/nan.h"

namespace scalemark::measure {
namespace {

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

}  // namespace

MachineWatch::MachineWatch(const std::string& device_uuid)
    : gpu_(device_uuid.empty() ? nullptr : GpuMonitor::open(device_uuid)) {}

MachineWatch::ProcessorSeconds MachineWatch::processor_seconds() {
  std::ifstream stat("/proc/stat");
  std::string name;
  // user nice system idle iowait irq softirq steal; the guests' two are part of user and nice.
  std::array<double, 8> ticks{};
  stat >> name;
  for (double& value : ticks) stat >> value;
  if (!stat || name != "cpu") return {kNaN, kNaN, kNaN};
  double capacity = 0;
  for (const double value : ticks) capacity += value;
  const double idle = ticks[3] + ticks[4];
  const auto per_second = static_cast<double>(sysconf(_SC_CLK_TCK));
  rusage own{};
  getrusage(RUSAGE_SELF, &own);
  return {(capacity - idle) / per_second, capacity / per_second, seconds(own.ru_utime) + seconds(own.ru_stime)};
}

void MachineWatch::begin() {
  seen_ = {};
  looks_ = by_power_ = by_heat_ = 0;
  start_ = processor_seconds();
}

void MachineWatch::look() {
  if (gpu_ == nullptr) return;
  if (const auto clock = gpu_->sm_clock_hertz()) seen_.sm_clock_hertz = std::fmin(seen_.sm_clock_hertz, *clock);
  if (const auto slowdown = gpu_->slowdown()) {
    ++looks_;
    by_power_ += slowdown->by_power ? 1 : 0;
    by_heat_ += slowdown->by_heat ? 1 : 0;
  }
}

double MachineWatch::energy_joules() const { return gpu_ == nullptr ? kNaN : gpu_->energy_joules().value_or(kNaN); }

MachineUse MachineWatch::end() const {
  const ProcessorSeconds now = processor_seconds();
  MachineUse use = seen_;
  use.host_busy_seconds = now.busy - start_.busy;
  use.host_capacity_seconds = now.capacity - start_.capacity;
  use.own_busy_seconds = now.own - start_.own;
  if (looks_ > 0) {
    use.power_slowdown_fraction = static_cast<double>(by_power_) / looks_;
    use.thermal_slowdown_fraction = static_cast<double>(by_heat_) / looks_;
  }
  return use;
}

}  // namespace scalemark::measure
