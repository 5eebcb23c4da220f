#include "core/activity.h"

#include <fmt/format.h>

namespace scalemark {
namespace {

// Enough to find where two ranks parted: they stop within a few reductions of each other.
constexpr std::size_t kNotesKept = 64;

}  // namespace

void Activity::begin_visit(std::uint64_t number, const std::string& name) {
  const std::scoped_lock lock(mutex_);
  visit_ = number;
  progress_ = 0;
  arms_ = 0;
  sequence_ = 0;
  collectives_.clear();
  visit_name_ = name;
  arm_.clear();
  phase_.clear();
}

void Activity::end_visit() {
  const std::scoped_lock lock(mutex_);
  ++progress_;
  visit_ = 0;
}

void Activity::begin_arm(std::string_view name) {
  const std::scoped_lock lock(mutex_);
  ++progress_;
  // A rank that failed to record its graphs has started fewer reductions than the others, with which it goes on.
  sequence_ = ++arms_ << 32U;
  arm_ = name;
  phase_.clear();
  step_ = -1;
  next_bucket_ = 0;
  bucket_ = -1;
}

void Activity::begin_step() {
  const std::scoped_lock lock(mutex_);
  ++progress_;
  ++step_;
  next_bucket_ = 0;
  bucket_ = -1;
}

void Activity::begin_phase(std::string_view name) {
  const std::scoped_lock lock(mutex_);
  ++progress_;
  phase_ = name;
}

void Activity::begin_solo(std::string_view what) {
  const std::scoped_lock lock(mutex_);
  ++progress_;
  solo_ = what;
}

void Activity::end_solo() {
  const std::scoped_lock lock(mutex_);
  ++progress_;
  solo_.clear();
}

std::int64_t Activity::start_collective(std::int64_t elements, const char* dtype) {
  const std::scoped_lock lock(mutex_);
  ++progress_;
  if (collectives_.size() == kNotesKept) collectives_.pop_front();
  collectives_.push_back({sequence_++, step_, next_bucket_, elements, dtype});
  return next_bucket_++;
}

void Activity::wait_for_bucket(std::int64_t bucket) {
  const std::scoped_lock lock(mutex_);
  ++progress_;
  bucket_ = bucket;
}

ActivitySnapshot Activity::snapshot() const {
  const std::scoped_lock lock(mutex_);
  ActivitySnapshot now{visit_, progress_, "between cases", {collectives_.begin(), collectives_.end()}, !solo_.empty()};
  if (now.awaited) now.what = solo_;
  if (now.awaited || visit_ == 0) return now;
  now.what = visit_name_;
  if (arm_.empty()) return now;
  std::string place = fmt::format("arm {}", arm_);
  if (step_ >= 0) place += fmt::format(", step {}", step_);
  if (!phase_.empty()) place += fmt::format(", {}", phase_);
  if (bucket_ >= 0) place += fmt::format(", waiting for bucket {}", bucket_);
  now.what = fmt::format("{} of {}", place, visit_name_);
  return now;
}

}  // namespace scalemark
