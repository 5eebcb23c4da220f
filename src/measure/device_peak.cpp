#include "measure/device_peak.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
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

}  // namespace

double peak_flops_per_second(const c10::Device& device, at::ScalarType dtype) {
  const std::int64_t first = device.is_cuda() ? 2048 : 128;
  const std::int64_t last = device.is_cuda() ? 8192 : 1024;
  double best = 0;
  for (std::int64_t side = first; side <= last; side *= 2) {
    const auto options = at::TensorOptions(device).dtype(dtype);
    const at::Tensor left = at::ones({side, side}, options);
    const at::Tensor right = at::ones({side, side}, options);
    at::Tensor product = at::empty({side, side}, options);
    const double seconds = shortest_seconds(device, [&] { at::mm_out(product, left, right); });
    const auto size = static_cast<double>(side);
    best = std::max(best, 2 * size * size * size / seconds);
    if (seconds > kLongEnoughSeconds) break;
  }
  return best;
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
