#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace scalemark::measure {

/// What the driver's management library (NVML) says of one GPU. It is opened where it is there, and never linked.
class GpuMonitor {
 public:
  /// Why the clocks are lower than they could be.
  struct Slowdown {
    bool by_power;  ///< the power cap, or the power brake that the machine's supply pulls
    bool by_heat;
  };

  /// @param reasons  NVML's clocksThrottleReasons
  static Slowdown slowdown_of(unsigned long long reasons);

  /// @param uuid  "GPU-..."
  /// Returns nullptr where there is no libnvidia-ml.so.1, or it does not know the GPU.
  static std::unique_ptr<GpuMonitor> open(const std::string& uuid);

  std::optional<double> sm_clock_hertz() const;
  std::optional<Slowdown> slowdown() const;

  /// The share of the last moments in which some kernel ran, of any program.
  std::optional<double> busy_fraction() const;

  /// What the GPU has used since its driver was loaded. The driver brings it up to date ten times a second or more
  /// often.
  std::optional<double> energy_joules() const;

  /// Memory that is taken, by any program.
  std::optional<std::int64_t> used_bytes() const;

 private:
  struct Library;
  GpuMonitor(std::shared_ptr<const Library> library, void* device) : library_(std::move(library)), device_(device) {}

  std::shared_ptr<const Library> library_;
  void* device_;
};

}  // namespace scalemark::measure
