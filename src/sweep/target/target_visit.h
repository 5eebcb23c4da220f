#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "config/experiment.h"
#include "results/records.h"
#include "sweep/stop_request.h"
#include "sweep/sweep_job.h"
#include "train/case_measurement.h"
#include "train/target/checkpoint.h"
#include "train/target/target_training.h"

namespace scalemark::sweep {

/// Where the training of a case from one seed is kept between its evaluations: beside the result file.
std::filesystem::path checkpoint_path(const std::filesystem::path& output, const std::string& case_id,
                                      std::int64_t seed);

/// Adds an evaluation to a run. @param images, epochs  trained since the start of the training
void append_evaluation(const train::TargetStretch& stretch, double epochs, double images, results::TargetRun& run);

/// Which point of which training the end of the run is: of two, no two are alike.
std::string mark_of(const std::string& case_id, const results::TargetRun& run);

/// Cuts off the run what was trained after the point that `mark` names. Returns whether the run came by it.
bool rewind_run(const std::string& case_id, const std::string& mark, results::TargetRun& run);

/// On rank 0, once the training of that number has ended or failed, and the file says so.
void discard_checkpoint(const config::CaseConfig& config, int repetition, const SweepJob& job);

/// Collective over the case's ranks: one visit of a case with a target, the training from the seed of that number. On
/// rank 0 each evaluation goes into the record and the result file, and the training's state beside it, so that a job
/// that dies goes on from there.
class TargetVisit {
 public:
  /// @param stop  asks whether this job has to stop, were it to need so many seconds more. @param say  tells a person a
  /// line, on rank 0
  TargetVisit(const config::CaseConfig& config, int repetition, SweepJob& job, const StopRequest& stop,
              std::function<void(const std::string&)> say);

  /// Returns why the job has to stop before the training's end; kNone where it has ended. The same on all of these
  /// ranks. @throws train::OutOfMemory, train::CaseError
  StopReason run(const train::CaseContext& context, results::CaseRecord& record);

 private:
  results::TargetRun& run_of(results::CaseRecord& record) const;
  std::optional<train::Checkpoint> read_checkpoint(results::TargetRun& run) const;
  void keep(train::TargetTraining& training, results::CaseRecord& record);
  void around_write(const std::filesystem::path& path, const std::function<void()>& write) const;
  std::string line_of(const results::TargetRun& run) const;

  const config::CaseConfig& config_;
  SweepJob& job_;
  const StopRequest& stop_;
  std::function<void(const std::string&)> say_;
  int repetition_;
  std::int64_t seed_;
  std::filesystem::path path_;
};

}  // namespace scalemark::sweep
