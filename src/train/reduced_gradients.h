#pragma once

#include <cstddef>
#include <vector>

#include "comm/gradient_reducer.h"
#include "nn/network.h"
#include "train/gradient_hooks.h"
#include "train/gradient_path.h"
#include "train/master_weights.h"

namespace scalemark::train {

/// Gradients that become the mean over ranks, by buckets that are filled in backward.
class ReducedGradients : public GradientPath {
 public:
  /// @param hooks  of the working weights; others may use them between steps.
  /// @param ready_order  parameters in the order in which backward finishes their gradients.
  ReducedGradients(const nn::Network& network, const MasterWeights& weights, GradientHooks& hooks,
                   const std::vector<std::size_t>& ready_order, comm::Communicator& communicator,
                   const comm::BucketLayout& layout);

  void begin(Reduction reduction) override;
  void collect(const std::function<void()>& backward, measure::StepObserver& observer) override;
  void finish() override;
  void take_part() override { reducer_.take_part(); }
  comm::GradientReducer* reducer() override { return &reducer_; }

 private:
  GradientHooks& hooks_;
  comm::GradientReducer reducer_;
  Reduction reduction_ = Reduction::kNone;  // of the step in flight
};

}  // namespace scalemark::train
