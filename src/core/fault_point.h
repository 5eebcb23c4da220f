#pragma once

#include <string>
#include <string_view>

namespace scalemark {

/// Faults on purpose, for tests and for trying a report out. The environment variable SCALEMARK_FAULT names them,
/// several separated by commas, each as RANK:PLACE:ACTION:
///     RANK    a rank of the job, or * for every rank
///     PLACE   input (taking a batch from the loader), transfer, forward, backward, reduce or optimizer
///     ACTION  delay=30ms: each time
/// Without the variable a fault point is a look at an empty list.
inline constexpr const char* kFaultVariable = "SCALEMARK_FAULT";

/// Reads SCALEMARK_FAULT and keeps what concerns this rank. Returns the variable's text; empty where it is not set.
/// @throws InputError
std::string arm_faults(int rank);

/// A place where a fault may have been put.
void fault_point(std::string_view place);

}  // namespace scalemark
