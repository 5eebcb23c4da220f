#include "train/collective/every_rank.h"

#include <utility>

#include "measure/device.h"
#include "train/within_memory.h"

namespace scalemark::train {

void run_on_every_rank(const CaseContext& context, Trainer& trainer, PromisedSteps& promised,
                       const std::function<void()>& function) {
  const auto part = [&] {
    function();
    context.communicator.check_health();
    promised.count = 0;
  };
  within_case(context.control, part, [&] {
    trainer.take_part(std::exchange(promised.count, 0), promised.reduction, context.observer);
    measure::synchronize(context.device);
    context.communicator.check_health();
  });
}

}  // namespace scalemark::train
