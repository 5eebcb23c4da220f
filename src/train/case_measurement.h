#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "comm/communicator.h"
#include "config/experiment.h"
#include "core/arms.h"
#include "data/dataset.h"
#include "measure/machine_watch.h"
#include "measure/memory_meter.h"
#include "measure/step_clock.h"
#include "monitor/control_group.h"
#include "train/bucket_graphs.h"
#include "train/case_observer.h"
#include "train/collective/promised_steps.h"
#include "train/trainer.h"
#include "train/training_input.h"
#include "train/within_memory.h"

namespace scalemark::train {

/// What a rank brings to a case.
struct CaseContext {
  at::Device device;
  comm::Communicator& communicator;      ///< of the case's ranks
  const monitor::ControlGroup& control;  ///< of the case's ranks
  measure::MemoryMeter& memory;
  measure::MachineWatch& watch;
  CaseObserver& observer;
  std::shared_ptr<const data::Dataset> training_set;
  std::shared_ptr<const data::Dataset> test_set;                     ///< may be null where nothing is evaluated
  std::function<std::unique_ptr<GraphRecorder>()> graph_recorder{};  ///< empty: the device's, if it has one
  std::optional<std::int64_t> least_free_bytes{};  ///< that a rank's device has; empty: this rank's is asked
};

/// What one rank measured in one repetition of every arm. Seconds.
struct RepetitionSamples {
  std::map<std::string, std::vector<double>> step_seconds;          ///< by arm, with "phases": [step]
  std::map<std::string, std::vector<double>> input_wait_seconds;    ///< by timed arm: [step] until its batch was there
  std::map<std::string, std::vector<double>> backward_end_seconds;  ///< by timed arm: [step] until backward had ended
  std::vector<std::int64_t> bucket_bytes;                           ///< [bucket]
  std::vector<std::vector<double>> bucket_seconds;                  ///< [bucket][step]
  std::vector<std::vector<double>> phase_seconds;                   ///< [phase][step]
  std::vector<std::vector<double>> bucket_ready_seconds;            ///< [bucket][step]
  std::vector<double> loss;           ///< [warm-up step + step] of the full arm, this rank's batches
  std::vector<double> skipped_steps;  ///< [warm-up step + step] 1 where fp16 left the parameters as they were, or empty
  std::vector<double> epoch_seconds;  ///< [epoch]
  std::vector<double> correct;        ///< images of this rank classified correctly: {train, test}
  std::vector<double> evaluated;      ///< images of this rank evaluated: {train, test}
  measure::MachineUse machine;        ///< from the first arm to the last
  std::vector<std::string> skipped_images;                        ///< met so far, unreadable: name and reason
  double step_joules = std::numeric_limits<double>::quiet_NaN();  ///< this rank's GPU, full arm, warm-up included
  std::int64_t peak_memory_bytes = 0;                             ///< of the full arm
  std::int64_t parameters = 0;
  std::int64_t gradients = 0;  ///< values
  std::int64_t convolution_layers = 0;
  std::string not_graphed;          ///< why timed steps were queued one operation at a time; empty: they were graphs
  std::string comm_launch;          ///< how comm_only was run: "graph", or "eager: " and why; empty where it was not
  std::string nccl_choices;         ///< rank 0: how NCCL reduces each bucket; empty where it is not known
  std::string not_resident;         ///< why the images did not lie in the device's memory; empty: they did
  std::int64_t resident_bytes = 0;  ///< of the device's memory, that the images took
};

/// A case on this rank: builds the training, then measures repetitions of all arms, each from one snapshot.
class CaseMeasurement {
 public:
  /// Local to the rank: builds, and probes one step for memory. @throws c10::OutOfMemoryError
  CaseMeasurement(const config::CaseConfig& config, const CaseContext& context);

  /// Collective over the case's ranks. @throws OutOfMemory, CaseError
  RepetitionSamples run(int repetition);

 private:
  struct StepCount {
    std::int64_t warmup;
    std::int64_t timed;
  };
  struct TrainingSeries {  // [warm-up step + step], on the device
    std::vector<at::Tensor> loss;
    std::vector<at::Tensor> skipped_steps;  // empty unless the precision is fp16
  };

  void connect();
  std::optional<RepetitionSamples> measure_once(int repetition);
  std::string ask_nccl();
  void note_network(RepetitionSamples& samples) const;
  void note_input(RepetitionSamples& samples) const;
  void run_arm(Arm arm, RepetitionSamples& samples);
  void run_full(RepetitionSamples& samples);
  BucketGraphs record_buckets();
  void run_comm_only(RepetitionSamples& samples);
  void run_phases(RepetitionSamples& samples);
  void run_trace();
  measure::StepTimes timed_steps(const BatchSource& source, Reduction reduction, StepCount count,
                                 TrainingSeries* training);
  static Reduction reduction_of(Arm arm);
  void start_arm(const std::string& name);
  void record_for(Arm arm);
  std::string record_steps();
  void rehearse();
  void record(Reduction reduction, const data::Batch& example);
  bool is_needed(Reduction reduction) const;
  void on_every_rank(const std::function<void()>& function);
  void promise(std::int64_t steps, Reduction reduction);
  void evaluate(RepetitionSamples& samples);
  void evaluate_both_splits(RepetitionSamples& samples);
  std::vector<std::string> skipped_images() const;
  std::int64_t full_steps() const;
  std::int64_t rising_steps() const;
  int full_warmup_steps() const;

  config::CaseConfig config_;
  CaseContext context_;
  TrainingInput input_;
  std::unique_ptr<Trainer> trainer_;
  BatchSource load_;
  std::string not_graphed_;
  std::string nccl_choices_;
  std::int64_t recorded_peak_bytes_ = 0;  // of the steps that were recorded
  bool connected_ = false;
  PromisedSteps promised_;  // in this arm
};

}  // namespace scalemark::train
