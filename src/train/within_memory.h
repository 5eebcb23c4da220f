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

/// Collective: runs `step` on every rank of the group.
/// @param on_shortage  follows on a rank whose memory was not enough: what the others wait for.
/// @throws OutOfMemory on every rank where one had not enough memory.
void within_memory(const monitor::ControlGroup& group, const std::function<void()>& step,
                   const std::function<void()>& on_shortage = {});

}  // namespace scalemark::train
