#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "train/gradient_hooks.h"
#include "train/gradient_path.h"
#include "train/master_weights.h"
#include "train/trained_network.h"

namespace scalemark::train {

/// Gradients of a rank that trains alone. Those of its replicas, where it has several, are added up.
class LocalGradients : public GradientPath {
 public:
  LocalGradients(const MasterWeights& weights, TrainedNetwork& network) : weights_(weights), network_(network) {}

  void begin(Reduction) override { weights_.drop_gradients(); }
  void collect(const std::function<void()>& backward, measure::StepObserver&) override {
    backward();
    weights_.take_gradients();
  }
  void finish() override { network_.add_up_replicas(); }

 private:
  const MasterWeights& weights_;
  TrainedNetwork& network_;
};

/// The same, which writes down the order in which backward finishes them.
class OrderedGradients : public LocalGradients {
 public:
  OrderedGradients(const MasterWeights& weights, TrainedNetwork& network, GradientHooks& hooks,
                   std::vector<std::size_t>& order)
      : LocalGradients(weights, network), hooks_(hooks), order_(order) {}

  void collect(const std::function<void()>& backward, measure::StepObserver& observer) override {
    hooks_.call_during([&] { LocalGradients::collect(backward, observer); },
                       [this](std::size_t parameter) { order_.push_back(parameter); });
  }

 private:
  GradientHooks& hooks_;
  std::vector<std::size_t>& order_;
};

}  // namespace scalemark::train
