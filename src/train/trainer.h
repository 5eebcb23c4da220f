#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "comm/communicator.h"
#include "config/experiment.h"
#include "data/loader/batch.h"
#include "measure/phase_recorder.h"
#include "train/batch_slots.h"
#include "train/gradient_hooks.h"
#include "train/gradient_path.h"
#include "train/graphed_steps.h"
#include "train/master_weights.h"
#include "train/norms/norm_exchange.h"
#include "train/parameter_update.h"
#include "train/reduction.h"
#include "train/run_ahead.h"
#include "train/snapshot.h"
#include "train/trained_network.h"

namespace scalemark::train {

/// Hands out the next batch, on the host or already on the device.
using BatchSource = std::function<data::Batch()>;

/// One rank's replica of a data-parallel training: network, optimizer, and the reduction over its group.
///
/// Construction and probe() are local to the rank, so that a rank that runs out of memory can say so before any
/// collective; connect() is the first collective.
class Trainer {
 public:
  /// @param total_steps  the length of the learning-rate schedule. @param rising_steps  those of its warm-up
  /// @throws c10::OutOfMemoryError
  Trainer(const config::CaseConfig& config, const at::Device& device, comm::Communicator& communicator,
          std::int64_t total_steps, std::int64_t rising_steps = 0);

  /// Forward and backward without communication: meets memory errors early and learns the order in which gradients
  /// become ready, which is that of the buckets. Leaves parameters and state as they were.
  /// @param buckets_made  called when the buckets have their memory, before the step with them.
  /// @throws c10::OutOfMemoryError
  void probe(const BatchSource& source, const std::function<void()>& buckets_made = {});

  /// Collective: gives every rank the parameters, buffers and bucket order of rank 0. What is collective in it takes no
  /// memory, but for a communicator of batch norm's own, which all ranks get or none. @throws c10::OutOfMemoryError,
  /// std::bad_alloc
  void connect();

  /// One training step, which is one update of the parameters by the whole batch; returns the detached mean loss over
  /// this rank's batch, a scalar on the device. Where the step was recorded it is replayed, unless the observer wants
  /// to see its inside.
  at::Tensor step(const BatchSource& source, Reduction reduction, measure::StepObserver& observer);

  /// Of the last step, a float scalar on the device: 1 where fp16 gradients were not finite and the parameters
  /// therefore stayed as they were. Undefined in the other precisions.
  const at::Tensor& skipped() const { return skipped_; }

  /// Has the steps recorded as graphs from now on; why they cannot be, or empty. @param recorder  of this device
  std::string use_graphs(std::unique_ptr<GraphRecorder> recorder);

  /// The graphs; nullptr where none can be recorded. What was recorded is good until the trainer is gone. Parameters,
  /// buffers and optimizer change while rehearsing: restore() afterwards.
  GraphedSteps* graphs() { return graphs_.get(); }

  /// Collective: exchanges and reduces what the other ranks still do in the step in flight and in the `steps` - 1 after
  /// it. For a rank that cannot compute them: the others must not wait for it, and their communicator stays whole.
  void take_part(std::int64_t steps, Reduction reduction, measure::StepObserver& observer);

  /// Whether ranks wait for each other in a step without reduction too.
  bool spans_ranks() const { return norms_ != nullptr; }

  /// Back to the state after connect(): parameters, buffers, optimizer, gradient scale, random numbers, schedule.
  void restore();

  /// What training changes: parameters, buffers, optimizer state and gradient scale, in a fixed order. Who writes into
  /// them calls resume_at().
  std::vector<at::Tensor> state();

  /// Goes on with step `step`, from 0, from what was written into state().
  void resume_at(std::int64_t step);

  /// Steps since the start of the schedule.
  std::int64_t steps_done() const { return step_; }

  /// Mean over ranks of the last step's gradients must be what each rank holds: a copy of them, by parameter.
  std::vector<at::Tensor> gradients() const;

  /// Values in the gradients that the probe's backward handed over.
  std::int64_t gradient_count() const;

  /// Images of this batch that the network classifies correctly, in evaluation mode.
  std::int64_t count_correct(const data::Batch& batch) { return network_.count_correct(to_device(batch)); }

  /// Collective: evaluation uses rank 0's running statistics on every rank.
  void share_buffers();

  data::Batch to_device(const data::Batch& batch) const;
  nn::Network& network() { return network_.network(); }
  comm::GradientReducer* reducer() { return gradients_->reducer(); }  ///< nullptr for a single rank

 private:
  /// How far the step in flight has come, for take_part().
  enum class Stage { kNone, kBegun, kComputing };

  data::Batch transfer(const data::Batch& batch);
  StepResult compute(const data::Batch& batch, Reduction reduction, measure::StepObserver& observer);
  at::Tensor forward_and_backward(const data::Batch& batch, GradientPath& gradients, Reduction reduction,
                                  measure::StepObserver& observer);
  std::vector<std::size_t> ready_order(const data::Batch& batch);
  void reduce_in(const std::vector<std::size_t>& order);
  void adopt_order_of_rank_0();

  const config::CaseConfig config_;
  at::Device device_;
  comm::Communicator& communicator_;
  std::unique_ptr<NormExchange> norms_;  // nullptr where each rank's batch norm is its own
  TrainedNetwork network_;
  MasterWeights weights_;
  ParameterUpdate update_;
  GradientHooks hooks_;
  std::unique_ptr<GradientPath> gradients_;
  std::unique_ptr<BatchSlots> slots_;     // nullptr where the host's memory is the device's
  std::unique_ptr<GraphedSteps> graphs_;  // behind gradients_, so that it ends first: graphs use the buckets
  RunAhead run_ahead_;
  std::vector<std::size_t> ready_order_;
  at::Tensor shared_order_;  // on the device: this rank's, then rank 0's
  std::unique_ptr<Snapshot> snapshot_;
  at::Tensor skipped_;
  Stage stage_ = Stage::kNone;
  std::int64_t step_ = 0;
};

}  // namespace scalemark::train
