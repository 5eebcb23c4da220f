#include "train/graph_obstacle.h"

namespace scalemark::train {

std::string graph_obstacle(const config::CaseConfig& config) {
  const auto& train = config.train;
  if (train.cuda_graph == config::Switch::kOff) return "train.cuda_graph is false";
  if (train.mode == config::Mode::kDataParallel) return "in mode data_parallel one process drives several devices";
  // Backward sets the generator's state back, which no graph can hold.
  if (train.checkpointing) return "checkpointing restores the state of the random numbers in backward";
  if (config.model.starts_with("revnet")) return "a RevNet restores the state of the random numbers in backward";
  return {};
}

}  // namespace scalemark::train
