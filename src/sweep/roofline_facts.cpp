#include "sweep/roofline_facts.h"

#include <c10/util/Exception.h>
#include <fmt/format.h>

#include <functional>
#include <new>

#include "core/log.h"
#include "measure/device.h"
#include "measure/device_peak.h"
#include "train/precision.h"

namespace scalemark::sweep {
namespace {

constexpr const char* kCopyPeak = "copy_bytes_per_second";

std::string peak_name(config::Precision precision) { return config::to_string(precision) + "_flops_per_second"; }

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

RooflineFacts::RooflineFacts(const config::Experiment& experiment, const c10::Device& device,
                             const monitor::ControlGroup& world) {
  const auto mean_of = [&](const char* what, const std::function<double()>& quantity) {
    double mine = results::kNotMeasured;
    world.barrier();
    attempt(what, [&] { mine = quantity(); });
    return world.sum(mine) / world.size();
  };
  const auto description = measure::describe_device(device);
  for (const auto& config : experiment.cases) {
    const config::Precision precision = config.train.precision;
    if (peaks_.contains(peak_name(precision)) || !has_precision(description, precision)) continue;
    train::set_math_mode(precision, config.train.cudnn_benchmark);
    peaks_[peak_name(precision)] = mean_of(
        "the peak of products", [&] { return measure::peak_flops_per_second(device, train::input_dtype(precision)); });
  }
  peaks_[kCopyPeak] = mean_of("the peak of copies", [&] { return measure::peak_bytes_per_second(device); });
}

void RooflineFacts::fill(const config::CaseConfig& config, results::Execution& execution) {
  const auto& dataset = config.dataset;
  const std::string network =
      fmt::format("{} {} {} {}", config.model, dataset.image_size, dataset.classes, config.batch_norm);
  const auto [place, is_new] = work_per_image_.try_emplace(network);
  auto& work = place->second;
  if (is_new) {
    const nn::NetworkOptions options{
        .image_size = dataset.image_size, .classes = dataset.classes, .batch_norm = config.batch_norm};
    attempt("the work per image", [&] { work = nn::work_per_image(config.model, options); });
  }
  if (work) {
    execution.flops_per_image = static_cast<double>(work->training_flops);
    const std::size_t value_bytes = c10::elementSize(train::input_dtype(config.train.precision));
    execution.bytes_per_image = static_cast<double>(work->training_values) * static_cast<double>(value_bytes);
  }
  execution.peak_bytes_per_second = peaks_.at(kCopyPeak);
  if (const auto peak = peaks_.find(peak_name(config.train.precision)); peak != peaks_.end())
    execution.peak_flops_per_second = peak->second;
}

}  // namespace scalemark::sweep
