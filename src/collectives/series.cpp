#include "collectives/series.h"

#include <ATen/ops/zeros.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "collectives/known_values.h"
#include "comm/nccl_choice.h"
#include "core/log.h"
#include "core/nan.h"
#include "measure/device.h"

namespace scalemark::collectives {
namespace {

// As many as a graph may hold, and as wait for the device at once.
constexpr int kMostInARow = 1000;

}  // namespace

Series::Series(const Operation& operation, const MeasureOptions& options, const at::TensorOptions& tensor_options,
               const Ranks& ranks)
    : operation_(operation),
      options_(options),
      tensor_options_(tensor_options),
      ranks_(ranks),
      meeting_(at::zeros({1}, tensor_options)),
      timeline_(measure::make_timeline(tensor_options.device())) {}

Buffers Series::buffers(std::int64_t elements, bool in_place) const {
  return make_buffers(operation_, elements, in_place, ranks_.group, tensor_options_);
}

std::vector<double> Series::one_by_one(const Buffers& buffers) {
  fill(operation_, buffers, ranks_.group.rank(), ranks_.group.size());
  for (int i = 0; i < options_.warmup; ++i) run(buffers);
  timeline_->clear();
  for (int i = 0; i < options_.repetitions; ++i) {
    ranks_.group.all_reduce(meeting_)->wait();
    timeline_->mark();
    run(buffers);
    timeline_->mark();
  }
  const auto between_marks = measure::intervals(timeline_->seconds());
  std::vector<double> seconds;
  for (std::size_t i = 0; i < between_marks.size(); i += 2) seconds.push_back(between_marks[i]);
  return seconds;
}

Series::PerCall Series::in_a_row(const Buffers& buffers) {
  const int count = std::min(options_.repetitions, kMostInARow);
  fill(operation_, buffers, ranks_.group.rank(), ranks_.group.size());
  PerCall times{};
  times.queued_seconds = timed([&] { times.call_seconds = start_many(buffers, count) / count; }) / count;
  times.graph_seconds = ranks_.record ? replayed(buffers, count) : kNaN;
  return times;
}

std::string Series::choice(const Buffers& buffers) {
  const auto choices = comm::nccl_choices(ranks_.group, [&] {
    run(buffers);
    measure::synchronize(ranks_.device);
  });
  return choices.empty() ? "" : to_text(choices.back());
}

std::int64_t Series::check(const Buffers& buffers) {
  fill(operation_, buffers, ranks_.group.rank(), ranks_.group.size());
  run(buffers);
  return count_wrong(operation_, buffers, ranks_.group.rank(), ranks_.group.size());
}

void Series::run(const Buffers& buffers) {
  ranks_.activity.begin_step();
  start(operation_, ranks_.group, buffers)->wait();
}

/// Starts the collective `count` times and returns the seconds that the host took for it. On a GPU they stand behind
/// each other in one queue; on a CPU two that are under way must not share their buffers, so that each waits for the
/// one before.
double Series::start_many(const Buffers& buffers, int count) {
  using Clock = std::chrono::steady_clock;
  std::vector<std::unique_ptr<comm::Work>> started;
  std::chrono::duration<double> in_calls{};
  for (int i = 0; i < count; ++i) {
    ranks_.activity.begin_step();
    const auto begin = Clock::now();
    started.push_back(start(operation_, ranks_.group, buffers));
    in_calls += Clock::now() - begin;
    if (!ranks_.device.is_cuda()) started.back()->wait();
  }
  if (ranks_.device.is_cuda()) {
    for (const auto& work : started) work->wait();
  }
  return in_calls.count();
}

/// Seconds of the device from when the ranks have met.
double Series::timed(const std::function<void()>& work) {
  timeline_->clear();
  ranks_.group.all_reduce(meeting_)->wait();
  timeline_->mark();
  work();
  timeline_->mark();
  return measure::intervals(timeline_->seconds()).front();
}

/// Seconds of one of `count` in a graph. All ranks replay, or none does.
double Series::replayed(const Buffers& buffers, int count) {
  std::function<void()> replay;
  try {
    replay = ranks_.record([&] { start_many(buffers, count); });
  } catch (const c10::Error& error) {
    spdlog::warn("{}: without a graph: {}", operation_.name, error.what_without_backtrace());
  }
  if (ranks_.control.max(std::int64_t{replay ? 0 : 1}) != 0) return kNaN;
  replay();
  return timed(replay) / count;
}

}  // namespace scalemark::collectives
