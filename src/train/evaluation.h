#pragma once

#include <cstdint>

#include "comm/communicator.h"
#include "config/experiment.h"
#include "data/dataset.h"
#include "data/loader/loader.h"
#include "train/trainer.h"

namespace scalemark::train {

struct Evaluation {
  std::int64_t correct = 0;
  std::int64_t images = 0;
};

/// How images to evaluate are loaded: on the first device alone, as many at once as it trains on.
data::LoaderOptions evaluation_options(const config::CaseConfig& config, const at::Device& device);

/// Classifies this rank's share of the first `images` images: every image is seen by exactly one rank, so the sums
/// over ranks are exact counts.
/// @param observer  sees a step begin for each batch.
Evaluation evaluate_shard(Trainer& trainer, const data::Dataset& dataset, std::int64_t images,
                          const comm::Communicator& group, const data::LoaderOptions& options,
                          measure::StepObserver& observer);

}  // namespace scalemark::train
