// How a case comes to graphs of its steps, or goes without.

#include <algorithm>
#include <functional>
#include <string>

#include "core/log.h"
#include "train/case_measurement.h"
#include "train/graph_obstacle.h"

namespace scalemark::train {

// Before the arm starts from its snapshot, and untimed. All ranks replay, or none does: a rank's reductions inside a
// graph and another's outside it would meet, but their times would compare two things.
void CaseMeasurement::record_for(Arm arm) {
  if (!not_graphed_.empty() || !steps_of(arm).computes || trainer_->graphs()->has(reduction_of(arm))) return;
  context_.observer.begin_arm("recording");
  if (trainer_->graphs()->empty()) on_every_rank([&] { trainer_->graphs()->rehearse([&] { rehearse(); }); });
  not_graphed_ = record_steps();
  if (not_graphed_.empty()) return;
  trainer_->graphs()->drop();
  recorded_peak_bytes_ = 0;
  if (context_.control.rank() == 0) spdlog::warn("{}: without graphs: {}", config_.id, not_graphed_);
}

// The steps of all arms at once, so that one which cannot be recorded is met before anything is timed. To record a
// reduction may be collective (NCCL exchanges addresses for NVLink's switches): a rank that fails on the way there
// would leave the others waiting. So each rank first shows that it can record the same step without its reduction.
std::string CaseMeasurement::record_steps() {
  data::Batch example;
  std::string fault = recording_fault(context_.control, "a step", [&] { example = trainer_->to_device(load_()); });
  for (const Reduction reduction : {Reduction::kNone, Reduction::kOverlapped}) {
    const bool is_trial = reduction == Reduction::kNone && context_.communicator.size() > 1;
    if (!fault.empty() || !(is_trial || is_needed(reduction))) continue;
    fault = recording_fault(context_.control, "a step", [&] { record(reduction, example); });
  }
  if (!is_needed(Reduction::kNone)) trainer_->graphs()->drop(Reduction::kNone);
  return fault;
}

bool CaseMeasurement::is_needed(Reduction reduction) const {
  return std::ranges::any_of(config_.measure.arms, [&](Arm arm) {
    return steps_of(arm).computes && steps_of(arm).runs_on(context_.communicator.size()) &&
           reduction_of(arm) == reduction;
  });
}

void CaseMeasurement::rehearse() {
  promise(kRehearsedSteps, Reduction::kOverlapped);
  for (; promised_.count > 0; --promised_.count) trainer_->step(load_, Reduction::kOverlapped, context_.observer);
}

void CaseMeasurement::record(Reduction reduction, const data::Batch& example) {
  context_.observer.reach(Place::kRecording);
  context_.memory.reset_peak();
  trainer_->graphs()->record(reduction, example);
  recorded_peak_bytes_ = std::max(recorded_peak_bytes_, context_.memory.peak_bytes());
}

}  // namespace scalemark::train
