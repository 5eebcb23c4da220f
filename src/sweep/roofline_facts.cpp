#include "sweep/roofline_facts.h"

#include <c10/util/Exception.h>

#include <functional>
#include <new>

#include "core/log.h"
#include "measure/device.h"
#include "measure/device_peak.h"
#include "train/precision.h"

namespace scalemark::sweep {
namespace {

bool has_precision(const measure::DeviceDescription& device, config::Precision precision) {
  if (precision == config::Precision::kTf32) return device.has_tf32;
  return precision != config::Precision::kBf16 || device.has_bfloat16;
}

// A type for which the device has no product, or too little memory, is no reason to measure nothing else.
void attempt(const char* what, const std::function<void()>& measure) {
  try {
    measure();
  } catch (const c10::Error& error) {
    spdlog::warn("{} was not measured: {}", what, error.what_without_backtrace());
  } catch (const std::bad_alloc&) {
    spdlog::warn("{} was not measured: the host's memory is exhausted", what);
  }
}

}  // namespace

RooflineFacts::RooflineFacts(const config::Experiment& experiment, const RankGroups& groups,
                             const monitor::ControlGroup& world)
    : groups_(groups) {
  for (const auto& device : groups.devices()) measure_device(device, experiment, world);
}

void RooflineFacts::measure_device(const c10::Device& device, const config::Experiment& experiment,
                                   const monitor::ControlGroup& world) {
  auto& peaks = peaks_[device.type()];
  const auto mean = [&](double mine) { return world.sum(mine) / world.size(); };
  const auto description = measure::describe_device(device);
  for (const auto& config : experiment.cases) {
    const config::Precision precision = config.train.precision;
    if (groups_.device(config) != device || !has_precision(description, precision)) continue;
    if (peaks.products.contains(precision)) continue;
    train::set_math_mode(precision, config.train.cudnn_benchmark);
    measure::ProductRates mine;
    world.barrier();
    attempt("the peak of products",
            [&] { mine = measure::product_flops_per_second(device, train::input_dtype(precision)); });
    peaks.products[precision] = {mean(mine.fastest), mean(mine.sustained)};
  }
  double mine = results::kNotMeasured;
  world.barrier();
  attempt("the peak of copies", [&] { mine = measure::peak_bytes_per_second(device); });
  peaks.copy_bytes_per_second = mean(mine);
}

std::map<std::string, double> RooflineFacts::peaks() const {
  std::map<std::string, double> named;
  const auto first = groups_.devices().front().type();
  for (const auto& [type, peaks] : peaks_) {
    const std::string prefix = type == first ? "" : c10::DeviceTypeName(type, /*lower_case=*/true) + "_";
    named[prefix + "copy_bytes_per_second"] = peaks.copy_bytes_per_second;
    for (const auto& [precision, products] : peaks.products) {
      named[prefix + config::to_string(precision) + "_flops_per_second"] = products.fastest;
      named[prefix + config::to_string(precision) + "_sustained_flops_per_second"] = products.sustained;
    }
  }
  return named;
}

void RooflineFacts::fill(const config::CaseConfig& config, results::Execution& execution) {
  const CountedNetwork network{config.model,
                               {.image_size = config.dataset.image_size,
                                .classes = config.dataset.classes,
                                .batch_norm = config.batch_norm,
                                .digest = config.model_digest}};
  const auto [place, is_new] = work_per_image_.try_emplace(network);
  auto& work = place->second;
  if (is_new) attempt("the work per image", [&] { work = nn::work_per_image(network.model, network.options); });
  if (work) {
    execution.flops_per_image = static_cast<double>(work->training_flops);
    const std::size_t value_bytes = c10::elementSize(train::input_dtype(config.train.precision));
    execution.bytes_per_image = static_cast<double>(work->training_values) * static_cast<double>(value_bytes);
  }
  const DevicePeaks& peaks = peaks_.at(groups_.device(config).type());
  execution.peak_bytes_per_second = peaks.copy_bytes_per_second;
  const auto products = peaks.products.find(config.train.precision);
  if (products == peaks.products.end()) return;
  execution.peak_flops_per_second = products->second.fastest;
  execution.sustained_flops_per_second = products->second.sustained;
}

}  // namespace scalemark::sweep
