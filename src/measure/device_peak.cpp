#include "measure/device_peak.h"

#include <ATen/ops/empty_like.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <vector>

#include "measure/timeline.h"

namespace scalemark::measure {
namespace {

constexpr int kRepeats = 3;
constexpr double kLongEnoughSeconds = 0.05;  // a larger product of that many seconds says no more

/// The shortest of some runs, after one that counts for nothing.
double shortest_seconds(const c10::Device& device, const std::function<void()>& work) {
  const auto timeline = make_timeline(device);
  work();
  timeline->mark();
  for (int i = 0; i < kRepeats; ++i) {
    work();
    timeline->mark();
  }
  const std::vector<double> seconds = intervals(timeline->seconds());
  return *std::min_element(seconds.begin(), seconds.end());
}

/// The mean of runs in a row, as many as take a second together if each takes `expected_seconds`. A processor's clocks
/// settle within milliseconds: a fifth of that is enough there.
double mean_seconds(const c10::Device& device, const std::function<void()>& work, double expected_seconds) {
  const double in_a_row_seconds = device.is_cuda() ? 1.0 : 0.2;
  const auto timeline = make_timeline(device);
  const auto runs = std::max<std::int64_t>(1, std::llround(in_a_row_seconds / expected_seconds));
  timeline->mark();
  for (std::int64_t run = 0; run < runs; ++run) work();
  timeline->mark();
  return timeline->seconds().back() / static_cast<double>(runs);
}

std::function<void()> product_of(const at::Tensor& left, const at::Tensor& right) {
  return [left, right, product = at::empty_like(left)]() mutable { at::mm_out(product, left, right); };
}

double operations(std::int64_t side) {
  const auto size = static_cast<double>(side);
  return 2 * size * size * size;
}

}  // namespace

ProductRates product_flops_per_second(const c10::Device& device, at::ScalarType dtype) {
  const std::int64_t last = device.is_cuda() ? 8192 : 1024;
  const auto options = at::TensorOptions(device).dtype(dtype);
  double fastest = 0;
  std::int64_t best_side = 0;
  double seconds = 0;
  for (std::int64_t side = device.is_cuda() ? 2048 : 128; side <= last && seconds <= kLongEnoughSeconds; side *= 2) {
    seconds = shortest_seconds(device, product_of(at::ones({side, side}, options), at::ones({side, side}, options)));
    if (operations(side) / seconds <= fastest) continue;
    fastest = operations(side) / seconds;
    best_side = side;
  }
  const auto random = [&] { return at::randn({best_side, best_side}, options); };
  return {fastest, operations(best_side) /
                       mean_seconds(device, product_of(random(), random()), operations(best_side) / fastest)};
}

double peak_bytes_per_second(const c10::Device& device) {
  // Several times the last cache, of a GPU or of a server's processor.
  const std::int64_t bytes = std::int64_t{device.is_cuda() ? 1024 : 128} << 20;
  const auto options = at::TensorOptions(device).dtype(at::kByte);
  const at::Tensor source = at::zeros({bytes}, options);
  at::Tensor target = at::zeros({bytes}, options);
  const double seconds = shortest_seconds(device, [&] { target.copy_(source); });
  return 2 * static_cast<double>(bytes) / seconds;
}

}  // namespace scalemark::measure
