#pragma once

#include <string>
#include <string_view>

namespace scalemark {

/// Faults on purpose, for tests and for trying a report out. The environment variable SCALEMARK_FAULT names them,
/// several separated by commas, each as RANK:PLACE[@N]:ACTION:
///     RANK    a rank of the job, or * for every rank
///     PLACE   set_up, optimizer_state (when it is made), connect (when the ranks have agreed on the parameters), input
///             (taking a batch from the loader), transfer, forward, backward, bucket (in backward, when one is full),
///             reduce, collective (before each reduction), loss, optimizer, evaluate, write (the result file)
///     @N      the Nth time that the rank comes there; without it the first, and for delay each time
///     ACTION  delay=30ms; kill (SIGKILL), stop (SIGSTOP), exit, segfault, throw, hang: what may happen to a rank;
///             oom: memory runs out; nan: the loss is none; skip, shrink, retype: the reduction is left out, of another
///             size or of another type
/// Without the variable a fault point is a look at an empty list.
inline constexpr const char* kFaultVariable = "SCALEMARK_FAULT";

/// What the caller of a fault point has to carry out itself.
enum class FaultEffect { kNone, kNan, kSkip, kShrink, kRetype };

/// Reads SCALEMARK_FAULT and keeps what concerns this rank. Returns the variable's text; empty where it is not set.
/// @throws InputError
std::string arm_faults(int rank);

/// A place where a fault may have been put: carries it out. @throws std::bad_alloc, std::runtime_error
FaultEffect fault_point(std::string_view place);

}  // namespace scalemark
