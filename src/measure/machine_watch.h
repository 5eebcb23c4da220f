#pragma once

#include <limits>
#include <memory>
#include <string>

#include "measure/gpu_monitor.h"

namespace scalemark::measure {

/// What this rank's machine did between two moments. NaN: not known.
struct MachineUse {
  double host_busy_seconds = std::numeric_limits<double>::quiet_NaN();          ///< processor seconds, of all programs
  double host_capacity_seconds = std::numeric_limits<double>::quiet_NaN();      ///< processor seconds that there were
  double own_busy_seconds = std::numeric_limits<double>::quiet_NaN();           ///< processor seconds, of this process
  double sm_clock_hertz = std::numeric_limits<double>::quiet_NaN();             ///< the lowest seen
  double power_slowdown_fraction = std::numeric_limits<double>::quiet_NaN();    ///< of the looks
  double thermal_slowdown_fraction = std::numeric_limits<double>::quiet_NaN();  ///< of the looks
};

/// Watches for what falsifies a measurement without being part of it: other work on the host, lowered clocks.
class MachineWatch {
 public:
  /// @param device_uuid  empty on a CPU.
  explicit MachineWatch(const std::string& device_uuid);

  void begin();

  /// Looks at the GPU's clocks, which mean something only while it works. Does not wait for it.
  void look();

  /// What this rank's GPU has used since some moment in the past: differences mean something. NaN where that is not
  /// known.
  double energy_joules() const;

  /// Since begin().
  MachineUse end() const;

 private:
  struct ProcessorSeconds {
    double busy;      ///< of the host, with what a hypervisor gave to others
    double capacity;  ///< of the host
    double own;
  };
  static ProcessorSeconds processor_seconds();

  std::unique_ptr<GpuMonitor> gpu_;
  ProcessorSeconds start_{};
  MachineUse seen_;
  int looks_ = 0;
  int by_power_ = 0;
  int by_heat_ = 0;
};

}  // namespace scalemark::measure
