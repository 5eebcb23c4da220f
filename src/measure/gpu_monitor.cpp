#include "measure/gpu_monitor.h"

#include <dlfcn.h>

#include <utility>

namespace scalemark::measure {
namespace {

// From nvml.h, whose binary interface is kept stable; the machine that builds may not have the header.
constexpr int kSuccess = 0;
constexpr int kSmClock = 1;
constexpr double kHertzPerMegahertz = 1e6;
constexpr double kJoulesPerMillijoule = 1e-3;
// Bit 0x08, a slow-down of the hardware, says of no cause: it comes with 0x40 (heat), with 0x80 (power brake), or alone
// while the clocks change.
constexpr unsigned long long kPowerReasons = 0x04 | 0x80;    // power cap, power brake
constexpr unsigned long long kThermalReasons = 0x20 | 0x40;  // slow-downs of the driver and of the hardware by heat

template <typename Function>
Function* symbol(void* library, const char* name) {
  return reinterpret_cast<Function*>(dlsym(library, name));
}

}  // namespace

// A device is an opaque pointer of the library.
struct GpuMonitor::Library {
  using Init = int();
  using DeviceByUuid = int(const char*, void**);
  using ClockInfo = int(void*, int, unsigned int*);
  using ThrottleReasons = int(void*, unsigned long long*);
  struct Utilization {
    unsigned int gpu_percent;
    unsigned int memory_percent;
  };
  using TotalEnergy = int(void*, unsigned long long*);
  using UtilizationRates = int(void*, Utilization*);
  struct Memory {
    unsigned long long total;
    unsigned long long free;
    unsigned long long used;
  };
  using MemoryInfo = int(void*, Memory*);

  Library()
      : handle(dlopen("libnvidia-ml.so.1", RTLD_NOW | RTLD_LOCAL)),
        device_by_uuid(handle ? symbol<DeviceByUuid>(handle, "nvmlDeviceGetHandleByUUID") : nullptr),
        clock_info(handle ? symbol<ClockInfo>(handle, "nvmlDeviceGetClockInfo") : nullptr),
        throttle_reasons(handle ? symbol<ThrottleReasons>(handle, "nvmlDeviceGetCurrentClocksThrottleReasons")
                                : nullptr),
        total_energy(handle ? symbol<TotalEnergy>(handle, "nvmlDeviceGetTotalEnergyConsumption") : nullptr),
        utilization_rates(handle ? symbol<UtilizationRates>(handle, "nvmlDeviceGetUtilizationRates") : nullptr),
        memory_info(handle ? symbol<MemoryInfo>(handle, "nvmlDeviceGetMemoryInfo") : nullptr) {
    auto* init = handle ? symbol<Init>(handle, "nvmlInit_v2") : nullptr;
    usable = init != nullptr && device_by_uuid != nullptr && init() == kSuccess;
  }
  ~Library() {
    if (handle == nullptr) return;
    if (auto* shutdown = symbol<Init>(handle, "nvmlShutdown"); usable && shutdown != nullptr) shutdown();
    dlclose(handle);
  }
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;

  void* handle;
  DeviceByUuid* device_by_uuid;
  ClockInfo* clock_info;
  ThrottleReasons* throttle_reasons;
  TotalEnergy* total_energy;
  UtilizationRates* utilization_rates;
  MemoryInfo* memory_info;
  bool usable = false;
};

GpuMonitor::Slowdown GpuMonitor::slowdown_of(unsigned long long reasons) {
  return {(reasons & kPowerReasons) != 0, (reasons & kThermalReasons) != 0};
}

std::unique_ptr<GpuMonitor> GpuMonitor::open(const std::string& uuid) {
  auto library = std::make_shared<const Library>();
  void* device = nullptr;
  if (!library->usable || library->device_by_uuid(uuid.c_str(), &device) != kSuccess) return nullptr;
  return std::unique_ptr<GpuMonitor>(new GpuMonitor(std::move(library), device));
}

std::optional<double> GpuMonitor::sm_clock_hertz() const {
  unsigned int megahertz = 0;
  if (library_->clock_info == nullptr || library_->clock_info(device_, kSmClock, &megahertz) != kSuccess) return {};
  return megahertz * kHertzPerMegahertz;
}

std::optional<GpuMonitor::Slowdown> GpuMonitor::slowdown() const {
  unsigned long long reasons = 0;
  if (library_->throttle_reasons == nullptr || library_->throttle_reasons(device_, &reasons) != kSuccess) return {};
  return slowdown_of(reasons);
}

std::optional<double> GpuMonitor::busy_fraction() const {
  Library::Utilization use{};
  if (library_->utilization_rates == nullptr || library_->utilization_rates(device_, &use) != kSuccess) return {};
  constexpr double kPercent = 100;
  return use.gpu_percent / kPercent;
}

std::optional<double> GpuMonitor::energy_joules() const {
  unsigned long long millijoules = 0;
  if (library_->total_energy == nullptr || library_->total_energy(device_, &millijoules) != kSuccess) return {};
  return static_cast<double>(millijoules) * kJoulesPerMillijoule;
}

std::optional<std::int64_t> GpuMonitor::used_bytes() const {
  Library::Memory memory{};
  if (library_->memory_info == nullptr || library_->memory_info(device_, &memory) != kSuccess) return {};
  return static_cast<std::int64_t>(memory.used);
}

}  // namespace scalemark::measure
