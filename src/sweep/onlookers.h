#pragma once

#include <cstdint>
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

  /// Before each write of the result file.
  void before_write() { faults_.at("write"); }

 private:
  Activity& activity_;
  Faults& faults_;
  train::ActivityObserver watching_;
  std::optional<train::FaultObserver> spoiling_;
};

}  // namespace scalemark::sweep
