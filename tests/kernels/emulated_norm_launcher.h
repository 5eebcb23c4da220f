#pragma once

#include <c10/util/BFloat16.h>
#include <c10/util/Half.h>

#include <stdexcept>

#include "kernels/emulated_block.h"
#include "kernels/norm_launcher.h"

namespace scalemark::nn {

/// What the GPU's launcher does, for tensors of the host: every block of every stage, thread by thread.
class EmulatedNormLauncher final : public kernels::NormLauncher {
 public:
  explicit EmulatedNormLauncher(ThreadOrder order) : order_(order) {}

  void run(kernels::NormStage stage, c10::ScalarType dtype, kernels::NormTail tail, const kernels::NormPass& pass,
           const kernels::NormGrid& grid) const override {
    switch (dtype) {
      case c10::kFloat:
        return run_in<float>(stage, tail, pass, grid);
      case c10::kBFloat16:
        return run_in<c10::BFloat16>(stage, tail, pass, grid);
      case c10::kHalf:
        return run_in<c10::Half>(stage, tail, pass, grid);
      default:
        throw std::logic_error("a dtype that is not covered");
    }
  }

  c10::DeviceType device_type() const override { return c10::DeviceType::CPU; }

 private:
  template <typename Value, kernels::NormTail kTail, typename Grid>
  void run_block(kernels::NormStage stage, EmulatedBlock& block, const kernels::NormPass& pass,
                 const Grid& grid) const {
    switch (stage) {
      case kernels::NormStage::kMoments:
        return run_stage<Value, kernels::NormStage::kMoments, kTail>(block, pass, grid);
      case kernels::NormStage::kFinishMoments:
        return run_stage<Value, kernels::NormStage::kFinishMoments, kTail>(block, pass, grid);
      case kernels::NormStage::kNormalize:
        return run_stage<Value, kernels::NormStage::kNormalize, kTail>(block, pass, grid);
      case kernels::NormStage::kGradientSums:
        return run_stage<Value, kernels::NormStage::kGradientSums, kTail>(block, pass, grid);
      case kernels::NormStage::kFinishGradients:
        return run_stage<Value, kernels::NormStage::kFinishGradients, kTail>(block, pass, grid);
      case kernels::NormStage::kInputGradient:
        return run_stage<Value, kernels::NormStage::kInputGradient, kTail>(block, pass, grid);
      case kernels::NormStage::kPool:
        return run_stage<Value, kernels::NormStage::kPool, kTail>(block, pass, grid);
      case kernels::NormStage::kUnpool:
        return run_stage<Value, kernels::NormStage::kUnpool, kTail>(block, pass, grid);
    }
  }

  template <typename Value>
  void run_in(kernels::NormStage stage, kernels::NormTail tail, const kernels::NormPass& pass,
              const kernels::NormGrid& grid) const {
    const kernels::KernelShape shape = kernels::shape_of(stage, grid);
    for (int y = 0; y < shape.blocks_y; ++y) {
      for (int x = 0; x < shape.blocks_x; ++x) {
        EmulatedBlock block(x, y, shape, order_);
        if (tail == kernels::NormTail::kNothing)
          run_in_layout<Value, kernels::NormTail::kNothing>(stage, block, pass, grid);
        if (tail == kernels::NormTail::kRelu) run_in_layout<Value, kernels::NormTail::kRelu>(stage, block, pass, grid);
        if (tail == kernels::NormTail::kAddRelu)
          run_in_layout<Value, kernels::NormTail::kAddRelu>(stage, block, pass, grid);
      }
    }
  }

  template <typename Value, kernels::NormTail kTail>
  void run_in_layout(kernels::NormStage stage, EmulatedBlock& block, const kernels::NormPass& pass,
                     const kernels::NormGrid& grid) const {
    if (grid.plane_rows > 0 && kernels::differs_in_planes(stage))
      return run_block<Value, kTail>(stage, block, pass, kernels::PlaneGrid{grid});
    run_block<Value, kTail>(stage, block, pass, grid);
  }

  ThreadOrder order_;
};

}  // namespace scalemark::nn
