#pragma once

#include <functional>

namespace scalemark::comm {

/// Runs `work` in a thread of its own and returns once it is done, at most `seconds` later.
/// @param work  owns all that it uses: where it is not done in time, its thread goes on without anybody who waits.
/// @return whether it was done. @throws what `work` throws
bool done_within(double seconds, std::function<void()> work);

}  // namespace scalemark::comm
