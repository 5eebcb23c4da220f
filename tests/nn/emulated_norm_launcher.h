#pragma once

#include <c10/util/BFloat16.h>
#include <c10/util/Half.h>

#include <stdexcept>

#include "nn/emulated_block.h"
#include "nn/norm_launcher.h"

namespace scalemark::nn {

/// What the GPU's launcher does, for tensors of the host: every block of every stage, thread by thread.
class EmulatedNormLauncher final : public NormLauncher {
 public:
  explicit EmulatedNormLauncher(ThreadOrder order) : order_(order) {}

  void run(NormStage stage, c10::ScalarType dtype, NormTail tail, const NormPass& pass,
           const NormGrid& grid) const override {
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
  template <typename Value, NormTail kTail>
  void run_block(NormStage stage, EmulatedBlock& block, const NormPass& pass, const NormGrid& grid) const {
    switch (stage) {
      case NormStage::kMoments:
        return run_stage<Value, NormStage::kMoments, kTail>(block, pass, grid);
      case NormStage::kFinishMoments:
        return run_stage<Value, NormStage::kFinishMoments, kTail>(block, pass, grid);
      case NormStage::kNormalize:
        return run_stage<Value, NormStage::kNormalize, kTail>(block, pass, grid);
      case NormStage::kGradientSums:
        return run_stage<Value, NormStage::kGradientSums, kTail>(block, pass, grid);
      case NormStage::kFinishGradients:
        return run_stage<Value, NormStage::kFinishGradients, kTail>(block, pass, grid);
      case NormStage::kInputGradient:
        return run_stage<Value, NormStage::kInputGradient, kTail>(block, pass, grid);
      case NormStage::kPool:
        return run_stage<Value, NormStage::kPool, kTail>(block, pass, grid);
      case NormStage::kUnpool:
        return run_stage<Value, NormStage::kUnpool, kTail>(block, pass, grid);
    }
  }

  template <typename Value>
  void run_in(NormStage stage, NormTail tail, const NormPass& pass, const NormGrid& grid) const {
    const KernelShape shape = shape_of(stage, grid);
    for (int y = 0; y < shape.blocks_y; ++y) {
      for (int x = 0; x < shape.blocks_x; ++x) {
        EmulatedBlock block(x, y, shape, order_);
        if (tail == NormTail::kNothing) run_block<Value, NormTail::kNothing>(stage, block, pass, grid);
        if (tail == NormTail::kRelu) run_block<Value, NormTail::kRelu>(stage, block, pass, grid);
        if (tail == NormTail::kAddRelu) run_block<Value, NormTail::kAddRelu>(stage, block, pass, grid);
      }
    }
  }

  ThreadOrder order_;
};

}  // namespace scalemark::nn
