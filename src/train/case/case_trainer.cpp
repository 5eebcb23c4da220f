#include "train/case/case_trainer.h"

#include <utility>

#include "train/device_backend.h"
#include "train/graph_obstacle.h"

namespace scalemark::train {

std::unique_ptr<Trainer> build_trainer(const config::CaseConfig& config, const CaseContext& context, std::int64_t steps,
                                       std::int64_t rising_steps, const BatchSource& load) {
  const auto limit_memory = [&] { context.memory.set_limit(config.limits.memory_bytes); };
  limit_memory();
  context.memory.keep_blocks(config.train.keep_memory == config::KeepMemory::kAuto);
  auto trainer = std::make_unique<Trainer>(config, context.device, context.communicator, steps, rising_steps);
  context.observer.reach(Place::kOptimizerState);
  // Once more where there are buckets, which may come from another allocator: LibTorch's hands out what it has cached
  // whatever its limit is by then.
  trainer->probe(load, [&] {
    if (context.device.is_cuda()) context.memory.release_cache();
    limit_memory();
  });
  return trainer;
}

std::string set_up_graphs(const config::CaseConfig& config, const CaseContext& context, Trainer& trainer) {
  std::string obstacle = graph_obstacle(config);
  if (!obstacle.empty()) return obstacle;
  auto recorder = context.graph_recorder ? context.graph_recorder() : make_graph_recorder(context.device);
  return recorder == nullptr ? kNoGraphsOnCpu : trainer.use_graphs(std::move(recorder));
}

}  // namespace scalemark::train
