#include "nn/reversible_unit.h"

#include "nn/layers.h"

namespace scalemark::nn {
namespace {

torch::nn::Conv2d make_biased_convolution(std::int64_t in_channels, std::int64_t out_channels, std::int64_t stride) {
  constexpr bool kWithBias = false;  // as where no batch norm follows
  return make_convolution({in_channels, out_channels, /*kernel_size=*/3, stride}, kWithBias);
}

NormOptions leading_norm(const UnitOptions& options) {
  NormOptions norm = options.norm;
  norm.batch_norm &= options.leading_norm;
  return norm;
}

UnitOptions f_options(UnitOptions options) {
  options.in_channels /= 2;
  options.out_channels /= 2;
  return options;
}

// G takes the new first half, which has the unit's shape already.
UnitOptions g_options(const UnitOptions& options) {
  const std::int64_t channels = options.out_channels / 2;
  return {.in_channels = channels, .out_channels = channels, .norm = options.norm};
}

}  // namespace

UnitBranch::UnitBranch(const UnitOptions& options)
    : leading_norm_(options.leading_norm),
      bn1_(options.in_channels, leading_norm(options)),
      bn2_(options.out_channels, options.norm),
      conv1_(make_biased_convolution(options.in_channels, options.out_channels, options.stride)),
      conv2_(make_biased_convolution(options.out_channels, options.out_channels, 1)) {
  bn1_.register_in(*this, "bn1");
  register_module("conv1", conv1_);
  bn2_.register_in(*this, "bn2");
  register_module("conv2", conv2_);
}

torch::Tensor UnitBranch::forward(const torch::Tensor& x) {
  torch::Tensor input = x;
  if (leading_norm_) {
    input = bn1_ ? bn1_.relu(x) : x.relu();
  }
  return conv2_->forward(bn2_.relu(conv1_->forward(input)));
}

ReversibleUnit::ReversibleUnit(const UnitOptions& options)
    : stride_(options.stride),
      new_channels_((options.out_channels - options.in_channels) / 2),
      f_(register_module("f", std::make_shared<UnitBranch>(f_options(options)))),
      g_(register_module("g", std::make_shared<UnitBranch>(g_options(options)))) {}

Halves ReversibleUnit::forward(const Halves& x) {
  torch::Tensor first = shortcut(x.first) + f_->forward(x.second);
  torch::Tensor second = shortcut(x.second) + g_->forward(first);
  return {first, second};
}

torch::Tensor ReversibleUnit::shortcut(const torch::Tensor& x) const {
  const torch::Tensor small = stride_ == 1 ? x : torch::avg_pool2d(x, stride_);
  return new_channels_ == 0 ? small : torch::constant_pad_nd(small, {0, 0, 0, 0, 0, new_channels_});
}

}  // namespace scalemark::nn
