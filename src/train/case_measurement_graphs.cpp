// How a case comes to graphs of its steps, or goes without.

#include <c10/util/Exception.h>
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "core/log.h"
#include "train/case_measurement.h"
#include "train/device_backend.h"
#include "train/graph_obstacle.h"

namespace scalemark::train {
namespace {

// Steps before one is recorded: libraries then have chosen their algorithms, and NCCL is connected.
constexpr int kRehearsedSteps = 3;

}  // namespace

void CaseMeasurement::set_up_graphs() {
  not_graphed_ = graph_obstacle(config_);
  if (!not_graphed_.empty()) return;
  auto recorder = context_.graph_recorder ? context_.graph_recorder() : make_graph_recorder(context_.device);
  not_graphed_ = recorder == nullptr ? kNoGraphsOnCpu : trainer_->use_graphs(std::move(recorder));
}

// Before the arm starts from its snapshot, and untimed. All ranks replay, or none does: a rank's reductions inside a
// graph and another's outside it would meet, but their times would compare two things.
void CaseMeasurement::record_step_of(Arm arm) {
  const Reduction reduction = reduction_of(arm);
  if (!not_graphed_.empty() || !steps_of(arm).computes || trainer_->graphs()->has(reduction)) return;
  context_.observer.begin_arm("recording");
  if (trainer_->graphs()->empty()) on_every_rank([&] { trainer_->graphs()->rehearse([&] { rehearse(); }); });
  const std::string fault = record(reduction);
  const auto faults = context_.control.gather(fault);
  std::string first;
  for (std::size_t rank = 0; rank < faults.size() && first.empty(); ++rank) {
    if (!faults[rank].empty()) first = fmt::format("rank {} could not record a step: {}", rank, faults[rank]);
  }
  not_graphed_ = context_.control.broadcast(first);
  if (not_graphed_.empty()) return;
  trainer_->graphs()->drop();
  if (context_.control.rank() == 0) spdlog::warn("{}: without graphs: {}", config_.id, not_graphed_);
}

void CaseMeasurement::rehearse() {
  steps_to_reduce_ = kRehearsedSteps;
  for (; steps_to_reduce_ > 0; --steps_to_reduce_) trainer_->step(load_, Reduction::kOverlapped, context_.observer);
}

// Nothing of it is communicated, so that a rank where it fails leaves no other waiting. Returns why it failed.
std::string CaseMeasurement::record(Reduction reduction) {
  try {
    const data::Batch example = trainer_->to_device(load_());
    context_.memory.reset_peak();
    trainer_->graphs()->record(reduction, example);
    recorded_peak_bytes_ = std::max(recorded_peak_bytes_, context_.memory.peak_bytes());
    return {};
  } catch (const c10::Error& error) {
    return error.what_without_backtrace();
  } catch (const std::exception& error) {
    return error.what();
  }
}

}  // namespace scalemark::train
