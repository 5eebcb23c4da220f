#pragma once

#include <cstdint>
#include <functional>

#include "core/error.h"
#include "monitor/control_group.h"

namespace scalemark::sweep {

/// An input error that every rank throws alike: the ranks can end in order.
class AgreedInputError : public InputError {
 public:
  using InputError::InputError;
};

/// Collective: runs `step` on every rank; where it throws InputError on any, every rank throws an AgreedInputError that
/// holds all the ranks' messages, so that the job ends with one error and exit code 2 instead of a rank that waits for
/// another.
void together(const monitor::ControlGroup& world, const std::function<void()>& step);

/// Collective: the least value that a rank has, on every rank.
std::int64_t least_of(const monitor::ControlGroup& group, std::int64_t value);

}  // namespace scalemark::sweep
