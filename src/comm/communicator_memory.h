#pragma once

#include "core/error.h"

namespace scalemark::comm {

/// A communicator did not come up because its library got no memory for it on some rank: thrown by all of its ranks
/// alike. While a case runs that case is out of memory; where no case does, the job ends.
class CommunicatorOutOfMemory : public LaunchError {
 public:
  using LaunchError::LaunchError;
};

}  // namespace scalemark::comm
