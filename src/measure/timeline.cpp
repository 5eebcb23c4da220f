#include "measure/timeline.h"

#include <chrono>

#include "measure/cuda_device.h"

namespace scalemark::measure {
namespace {

class HostTimeline : public Timeline {
 public:
  void mark() override { marks_.push_back(Clock::now()); }

  std::vector<double> seconds() override {
    std::vector<double> since_first;
    since_first.reserve(marks_.size());
    for (const auto& mark : marks_) since_first.push_back(std::chrono::duration<double>(mark - marks_.front()).count());
    return since_first;
  }

  void clear() override { marks_.clear(); }

 private:
  using Clock = std::chrono::steady_clock;
  std::vector<Clock::time_point> marks_;
};

}  // namespace

std::unique_ptr<Timeline> make_timeline(const c10::Device& device) {
  if (device.is_cuda()) return make_cuda_timeline(device);
  return std::make_unique<HostTimeline>();
}

std::vector<double> seconds_since_first(const std::vector<float>& milliseconds_between) {
  constexpr double kMillisecondsPerSecond = 1000;
  double milliseconds = 0;
  std::vector<double> seconds{0};
  for (const float between : milliseconds_between)
    seconds.push_back((milliseconds += double{between}) / kMillisecondsPerSecond);
  return seconds;
}

std::vector<double> intervals(const std::vector<double>& marks_seconds) {
  std::vector<double> durations;
  for (std::size_t i = 1; i < marks_seconds.size(); ++i) durations.push_back(marks_seconds[i] - marks_seconds[i - 1]);
  return durations;
}

}  // namespace scalemark::measure
