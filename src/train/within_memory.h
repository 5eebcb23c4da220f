#pragma once

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "monitor/control_group.h"

namespace scalemark::train {

/// A rank of the case ran out of memory: thrown by all of its ranks alike.
class OutOfMemory : public std::runtime_error {
 public:
  explicit OutOfMemory(std::vector<std::string> shortages);

  /// On rank 0 what each rank lacked, "" where it had enough; empty on the other ranks.
  const std::vector<std::string>& shortages() const { return shortages_; }

 private:
  std::vector<std::string> shortages_;
};

/// The case's own work threw on a rank, for another reason than memory: thrown by all of its ranks alike.
class CaseError : public std::runtime_error {
 public:
  explicit CaseError(std::vector<std::string> reasons);

  /// On rank 0 what each rank threw, "" where it threw nothing; empty on the other ranks.
  const std::vector<std::string>& reasons() const { return reasons_; }

 private:
  std::vector<std::string> reasons_;
};

/// Why a step of a case failed on this rank; one of them at most is not empty.
struct Setback {
  std::string shortage;  ///< of memory
  std::string error;     ///< any other exception: its first line
};

/// Runs `step`. What is not the case's own goes through: an Error (communication, launch, input data) and a refusal of
/// the operating system.
Setback setback_of(const std::function<void()>& step);

/// Collective: runs `step` on every rank of the group.
/// @throws OutOfMemory on every rank where one had not enough memory. Other exceptions of a rank are its own.
void within_memory(const monitor::ControlGroup& group, const std::function<void()>& step);

/// Collective: runs a step of a case on every rank of its group.
/// @param on_setback  follows on a rank whose step failed: what the others wait for. What it throws ends the job.
/// @throws CaseError on every rank where the step threw on one; OutOfMemory where all that did lacked memory.
void within_case(const monitor::ControlGroup& group, const std::function<void()>& step,
                 const std::function<void()>& on_setback);

}  // namespace scalemark::train
