#include "sweep/onlookers.h"

#include <fmt/format.h>

#include <utility>

#include "comm/faulty_communicator.h"
#include "comm/watched_communicator.h"

namespace scalemark::sweep {

Onlookers::Onlookers(Activity& activity, Faults& faults) : activity_(activity), faults_(faults), watching_(activity) {
  if (faults.any()) spoiling_.emplace(faults, watching_);
}

train::CaseObserver& Onlookers::of_cases() {
  if (spoiling_) return *spoiling_;
  return watching_;
}

void Onlookers::around_write(const std::filesystem::path& file, const std::function<void()>& write) {
  activity_.begin_solo(fmt::format("writing {}", file.string()));
  faults_.at("write");
  write();
  activity_.end_solo();
}

std::unique_ptr<comm::Communicator> Onlookers::around(std::unique_ptr<comm::Communicator> communicator) {
  auto watched = comm::make_watched_communicator(std::move(communicator), activity_);
  if (!faults_.any()) return watched;
  return comm::make_faulty_communicator(std::move(watched), faults_, comm::FaultyCalls::kReductions);
}

}  // namespace scalemark::sweep
