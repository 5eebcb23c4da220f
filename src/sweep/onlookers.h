#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "comm/communicator.h"
#include "core/activity.h"
#include "core/faults.h"
#include "train/activity_observer.h"
#include "train/fault_observer.h"

namespace scalemark::sweep {

/// Who looks on while this rank measures: the record of what it does, which the rank monitor reads, and the faults put
/// in on purpose. Both lie around what measures, which knows of neither.
class Onlookers {
 public:
  /// Both outlive this.
  Onlookers(Activity& activity, Faults& faults);

  void begin_visit(std::uint64_t number, const std::string& name) { activity_.begin_visit(number, name); }
  void end_visit() { activity_.end_visit(); }

  /// Of every case.
  train::CaseObserver& of_cases();

  /// `communicator` with both around it.
  std::unique_ptr<comm::Communicator> around(std::unique_ptr<comm::Communicator> communicator);

  /// Writes the result file, while the other ranks wait.
  void around_write(const std::filesystem::path& file, const std::function<void()>& write);

 private:
  Activity& activity_;
  Faults& faults_;
  train::ActivityObserver watching_;
  std::optional<train::FaultObserver> spoiling_;
};

}  // namespace scalemark::sweep
