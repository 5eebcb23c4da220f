#pragma once

#include <memory>

#include "config/experiment.h"
#include "data/dataset.h"

namespace scalemark::train {

/// A small case whose arithmetic does not depend on the number of ranks: no batch norm, no augmentation.
inline config::CaseConfig rank_invariant_case(int ranks, std::int64_t global_batch, config::Precision precision) {
  config::CaseConfig config;
  config.id = "test";
  config.model = "resnet10";
  config.batch_norm = false;
  config.dataset.name = "synthetic";
  config.dataset.images = 256;
  config.dataset.image_size = 16;
  config.train.learning_rate = 0.005;
  config.train.precision = precision;
  config.loader.workers = 0;
  config.measure = {
      .warmup_steps = 0, .steps = 20, .repetitions = 1, .epochs = 0, .arms = {Arm::kFull}, .evaluate = false};
  config.gpus = ranks;
  config.batch_per_gpu = global_batch / ranks;
  return config;
}

inline std::shared_ptr<const data::Dataset> open_images(const config::DatasetConfig& config, data::Split split) {
  return data::open_dataset({.name = config.name, .images = config.images, .image_size = config.image_size}, split);
}

}  // namespace scalemark::train
