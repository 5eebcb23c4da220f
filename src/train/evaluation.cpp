#include "train/evaluation.h"

#include <algorithm>
#include <span>
#include <vector>

#include "train/training_input.h"

namespace scalemark::train {

data::LoaderOptions evaluation_options(const config::CaseConfig& config, const at::Device& device) {
  data::LoaderOptions options = loader_options(config, device);
  options.batch = std::max<std::int64_t>(1, config.batch_per_gpu / config.train.accumulation);
  return options;
}

Evaluation evaluate_shard(Trainer& trainer, const data::Dataset& dataset, std::int64_t images,
                          const comm::Communicator& group, const data::LoaderOptions& options,
                          measure::StepObserver& observer) {
  const std::vector<std::int64_t> shard = data::evaluation_indices(images, group.size(), group.rank());
  Evaluation evaluation;
  const auto batch = static_cast<std::size_t>(options.batch);
  for (std::size_t begin = 0; begin < shard.size(); begin += batch) {
    const auto indices = std::span(shard).subspan(begin, std::min(batch, shard.size() - begin));
    observer.begin_step();
    evaluation.correct += trainer.count_correct(data::load_batch(dataset, indices, options));
    evaluation.images += static_cast<std::int64_t>(indices.size());
  }
  return evaluation;
}

}  // namespace scalemark::train
