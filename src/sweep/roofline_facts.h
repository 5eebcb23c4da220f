#pragma once

#include <c10/core/Device.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "config/experiment.h"
#include "monitor/control_group.h"
#include "nn/network_work.h"
#include "results/records.h"

namespace scalemark::sweep {

/// What a case's speed is held against: the work of its network, and the best that the devices of this job do.
class RooflineFacts {
 public:
  /// Collective over all ranks, which measure at the same time, as they will train: once per precision of the
  /// experiment that the device has, for a fraction of a second.
  RooflineFacts(const config::Experiment& experiment, const c10::Device& device, const monitor::ControlGroup& world);

  /// By name, mean over ranks: "fp32_flops_per_second", "copy_bytes_per_second".
  const std::map<std::string, double>& peaks() const { return peaks_; }

  /// Puts down what concerns this case.
  void fill(const config::CaseConfig& config, results::Execution& execution);

 private:
  std::map<std::string, double> peaks_;
  std::map<std::string, std::optional<nn::NetworkWork>> work_per_image_;  // by network; empty where it was not counted
};

}  // namespace scalemark::sweep
