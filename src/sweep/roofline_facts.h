#pragma once

#include <c10/core/DeviceType.h>

#include <compare>
#include <map>
#include <optional>
#include <string>

#include "config/experiment.h"
#include "measure/device_peak.h"
#include "monitor/control_group.h"
#include "nn/network_work.h"
#include "results/records.h"
#include "sweep/rank_groups.h"

namespace scalemark::sweep {

/// What a case's speed is held against: the work of its network, and the best that the devices of this job do.
class RooflineFacts {
 public:
  /// Collective over all ranks, which measure at the same time, as they will train: once per kind of device that cases
  /// run on and precision of its cases that it has, for a second or two. `groups` must outlive it.
  RooflineFacts(const config::Experiment& experiment, const RankGroups& groups, const monitor::ControlGroup& world);

  /// By name, mean over ranks: "fp32_flops_per_second" of the fastest product of ones,
  /// "fp32_sustained_flops_per_second" of products of random numbers in a row, "copy_bytes_per_second"; of the first
  /// case's kind of device, and of another kind with its name in front, "cpu_fp32_flops_per_second".
  std::map<std::string, double> peaks() const;

  /// Puts down what concerns this case.
  void fill(const config::CaseConfig& config, results::Execution& execution);

 private:
  /// The best that one kind of device does, mean over ranks.
  struct DevicePeaks {
    std::map<config::Precision, measure::ProductRates> products;
    double copy_bytes_per_second = results::kNotMeasured;
  };

  /// A network as its work is counted.
  struct CountedNetwork {
    std::string model;
    nn::NetworkOptions options;
    auto operator<=>(const CountedNetwork&) const = default;
  };

  void measure_device(const c10::Device& device, const config::Experiment& experiment,
                      const monitor::ControlGroup& world);

  const RankGroups& groups_;
  std::map<c10::DeviceType, DevicePeaks> peaks_;
  std::map<CountedNetwork, std::optional<nn::NetworkWork>> work_per_image_;  // empty where it was not counted
};

}  // namespace scalemark::sweep
