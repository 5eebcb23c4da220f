#include "train/evaluation.h"

#include <algorithm>
#include <span>
#include <vector>

namespace scalemark::train {

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
