#pragma once

#include <torch/nn/modules/batchnorm.h>

#include <cstdint>
#include <optional>

#include "kernels/fused_norm.h"

namespace scalemark::nn {

struct NormOptions {
  bool batch_norm = true;               ///< false: there is no norm, and x stays as it is
  bool fused = true;                    ///< by our own kernels together with what follows, where they cover it
  kernels::NormRanks* ranks = nullptr;  ///< whose batches count as one in training; outlives the norm
};

/// Batch norm with what follows it in a network, or nothing in front of what follows.
class Norm {
 public:
  Norm(std::int64_t channels, const NormOptions& options);

  /// norm(x)
  at::Tensor operator()(const at::Tensor& x) { return apply(x, {}, kernels::NormTail::kNothing); }

  /// relu(norm(x)). Without batch norm x, which must be a tensor of the caller's own, is overwritten.
  at::Tensor relu(const at::Tensor& x) { return apply(x, {}, kernels::NormTail::kRelu); }

  /// The ImageNet stem's 3x3 max-pooling, stride 2, of relu(norm(x)), x as above.
  at::Tensor pooled_relu(const at::Tensor& x);

  /// relu(norm(x) + residual), x as above, for two readers.
  kernels::Fork add_relu(const at::Tensor& x, const at::Tensor& residual);

  /// Makes its parameters and buffers the owner's; without batch norm there are none.
  void register_in(torch::nn::Module& owner, const char* name) const;

  /// Whether its moments are those of several ranks' batches together.
  bool spans_ranks() const { return ranks_ != nullptr && module_->is_training(); }

  explicit operator bool() const { return !module_.is_empty(); }

  /// An empty holder without batch norm.
  const torch::nn::BatchNorm2d& module() const { return module_; }

 private:
  at::Tensor apply(const at::Tensor& x, const at::Tensor& residual, kernels::NormTail tail);
  /// What one node of autograd is to compute, nothing where LibTorch's own batch norm does.
  std::optional<kernels::NormInput> fused_input(const at::Tensor& x, const at::Tensor& residual,
                                                kernels::NormTail tail) const;
  kernels::NormScope scope_of(const kernels::NormInput& input) const;
  at::Tensor apply_fused(const kernels::NormInput& input);
  at::Tensor apply_unfused(const at::Tensor& x, const at::Tensor& residual, kernels::NormTail tail);
  /// What a forward pass in training is to update.
  kernels::RunningStatistics kept() const;
  at::Tensor normalized(const at::Tensor& x);

  torch::nn::BatchNorm2d module_{nullptr};
  bool fused_;
  kernels::NormRanks* ranks_;
};

/// While one lives, batch norm in training leaves its running statistics alone on this thread: for a forward pass that
/// is a repetition of one that was counted in them.
class FrozenStatistics {
 public:
  FrozenStatistics();
  ~FrozenStatistics();
  FrozenStatistics(const FrozenStatistics&) = delete;
  FrozenStatistics& operator=(const FrozenStatistics&) = delete;
};

}  // namespace scalemark::nn
