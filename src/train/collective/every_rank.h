#pragma once

#include <functional>

#include "train/case_measurement.h"
#include "train/collective/promised_steps.h"
#include "train/trainer.h"

namespace scalemark::train {

/// Collective: runs a part of a case on every rank of it. A rank whose part fails, for want of memory or another
/// reason, goes on with its part of what ranks do together, so that the others come to the end, where all of them learn
/// of it. No communicator is broken by it. A device that an error has put out of order says so when it is waited for:
/// that ends the job, since no case can run on it.
/// @param promised  none afterwards
/// @throws OutOfMemory, CaseError on every rank
void run_on_every_rank(const CaseContext& context, Trainer& trainer, PromisedSteps& promised,
                       const std::function<void()>& function);

}  // namespace scalemark::train
