#pragma once

#include <memory>

#include "comm/communicator.h"
#include "core/faults.h"

namespace scalemark::comm {

/// Which calls are the place `collective` of a fault.
enum class FaultyCalls {
  kReductions,  ///< all-reduces: training
  kAll,         ///< `scalemark comm`
};

/// `inner`, and every group split off it, with the faults that are put at `collective`: a reduction that is left out,
/// of another size or of another type is what a bug would do, for which another rank then waits in vain.
std::unique_ptr<Communicator> make_faulty_communicator(std::unique_ptr<Communicator> inner, Faults& faults,
                                                       FaultyCalls calls);

}  // namespace scalemark::comm
