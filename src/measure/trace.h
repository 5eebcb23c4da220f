#pragma once

#include <ATen/record_function.h>
#include <c10/core/Device.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "measure/phase_recorder.h"

namespace scalemark::measure {

/// Records what this rank does from construction to write(), with Kineto: operators, kernels, allocations, and around
/// them the steps ("ProfilerStep#0", ...) and phases that it sees go by as an observer. One at a time in a process.
class Trace : public StepObserver {
 public:
  Trace(const c10::Device& device, int rank, int ranks);
  ~Trace() override;
  Trace(const Trace&) = delete;
  Trace& operator=(const Trace&) = delete;

  void begin_step() override;
  void end_step() override;
  void begin(Phase phase) override;
  void end(Phase phase) override;
  bool looks_inside() const override { return true; }

  /// Ends the recording and writes it in Chrome's trace format, in place of an older file.
  /// @throws InputError where it cannot be written.
  void write(const std::filesystem::path& file);

 private:
  bool recording_ = true;
  std::int64_t step_ = 0;
  std::optional<at::RecordFunction> step_span_;
  std::optional<at::RecordFunction> phase_span_;
};

/// <folder>/<case>/rank<n>.pt.trace.json: a folder of ranks is what Holistic Trace Analysis reads, and TensorBoard
/// takes each case for a run.
std::filesystem::path trace_file(const std::filesystem::path& folder, const std::string& case_id, int rank);

/// Before time is spent: makes the folder. @throws InputError where it cannot be made or written to.
void prepare_trace_folder(const std::filesystem::path& folder);

}  // namespace scalemark::measure
