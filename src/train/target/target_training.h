#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/experiment.h"
#include "train/case_measurement.h"
#include "train/collective/promised_steps.h"
#include "train/target/checkpoint.h"
#include "train/target/target_plan.h"
#include "train/trainer.h"
#include "train/training_input.h"

namespace scalemark::train {

/// Training from one evaluation to the next, and what the next found; the same on every rank.
struct TargetStretch {
  std::int64_t steps_done = 0;                                       ///< since the start of the training
  double seconds = 0;                                                ///< of the slowest rank, without the evaluation
  double joules = std::numeric_limits<double>::quiet_NaN();          ///< of all ranks' GPUs
  double train_accuracy = std::numeric_limits<double>::quiet_NaN();  ///< fraction; of `measure.evaluate`
  double test_accuracy = 0;                                          ///< fraction of the whole test set
};

/// One training to an accuracy on this rank, stretch by stretch. Evaluations are untimed: all ranks' devices are idle
/// before and after each, and the batches go on where they were. Steps are replayed as graphs where the case's arms
/// are.
class TargetTraining {
 public:
  /// Local to the rank: builds, and probes one step for memory. @param config  with a target; its train.seed is that of
  /// this training. @throws c10::OutOfMemoryError
  TargetTraining(const config::CaseConfig& config, const CaseContext& context);

  /// Collective: starts, or goes on from rank 0's `checkpoint` where that fits this training. Returns whether it does.
  /// @throws OutOfMemory, CaseError
  bool begin(const std::optional<Checkpoint>& checkpoint);

  /// Collective: trains up to the next evaluation, and evaluates. @throws OutOfMemory, CaseError
  TargetStretch advance();

  /// Whether no stretch follows.
  bool is_over(const TargetStretch& last) const { return plan_.is_over(last.steps_done, last.test_accuracy); }

  /// Collective: what begin() needs to go on from here. On rank 0; elsewhere without its content.
  Checkpoint checkpoint(const std::string& mark);

  const TargetPlan& plan() const { return plan_; }

  /// What a record holds of the training beside its accuracy; the machine's use since begin().
  RepetitionSamples circumstances() const;

 private:
  void on_every_rank(const std::function<void()>& function);
  void record_steps();
  void take_steps(std::int64_t steps);
  bool fits(const Checkpoint& checkpoint);
  void adopt(const std::optional<Checkpoint>& checkpoint);
  void train_until(std::int64_t step, TargetStretch& stretch);
  double accuracy_of(const data::Dataset& dataset, std::int64_t images);
  std::string generators() const;
  void set_generators(const std::string& states) const;

  config::CaseConfig config_;
  CaseContext context_;
  TargetPlan plan_;
  TrainingInput input_;
  std::unique_ptr<Trainer> trainer_;
  std::string not_graphed_;         // why steps are queued one operation at a time; empty: they are graphs
  PromisedSteps promised_;          // in this stretch
  std::int64_t trained_steps_ = 0;  // by this object
  double own_joules_ = 0;           // of this rank's GPU in them
  std::int64_t peak_bytes_ = 0;
};

}  // namespace scalemark::train
