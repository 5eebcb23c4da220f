#include "measure/phase_recorder.h"

#include "measure/device.h"

namespace scalemark::measure {
namespace {

double seconds_between(std::chrono::steady_clock::time_point begin, std::chrono::steady_clock::time_point end) {
  return std::chrono::duration<double>(end - begin).count();
}

}  // namespace

PhaseRecorder::PhaseRecorder(const c10::Device& device, std::size_t buckets)
    : device_(device), backward_(make_timeline(device)), phase_seconds_(kPhaseNames.size()), ready_seconds_(buckets) {}

PhaseRecorder::Clock::time_point PhaseRecorder::now() const {
  synchronize(device_);
  return Clock::now();
}

void PhaseRecorder::begin_step() {
  for (auto& seconds : phase_seconds_) seconds.push_back(0);
  step_begin_ = now();
}

void PhaseRecorder::end_step() {
  step_seconds_.push_back(seconds_between(step_begin_, now()));
  const std::vector<double> marks = backward_->seconds();
  for (std::size_t i = 0; i < ready_order_.size(); ++i) {
    ready_seconds_[ready_order_[i]].push_back(earlier_backward_seconds_ + marks[i + 1]);
  }
}

void PhaseRecorder::begin(Phase phase) {
  phase_begin_ = now();
  if (phase != Phase::kBackward) return;
  earlier_backward_seconds_ = phase_seconds_[static_cast<std::size_t>(phase)].back();
  ready_order_.clear();
  backward_->clear();
  backward_->mark();
}

void PhaseRecorder::end(Phase phase) {
  phase_seconds_[static_cast<std::size_t>(phase)].back() += seconds_between(phase_begin_, now());
}

void PhaseRecorder::bucket_ready(std::size_t bucket) {
  backward_->mark();
  ready_order_.push_back(bucket);
}

}  // namespace scalemark::measure
