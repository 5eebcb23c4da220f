#pragma once

#include <ATen/core/Tensor.h>
#include <torch/nn/modules/conv.h>

#include "nn/norm.h"

namespace scalemark::nn {

/// max_pool(relu(norm(convolution(images)))) with the 3x3, stride 2 pooling of the ImageNet stem.
at::Tensor pooled_stem(torch::nn::Conv2d& convolution, Norm& norm, const at::Tensor& images);

/// The same in training, of which nothing is kept but the images. The convolution's output and its gradient, 112x112x64
/// each for an image of 224x224, are the largest maps of a ResNet; checkpointing the stem like any other part would
/// hold five maps of that size at once. Backward holds these two, and what lies between them and the pooling for a
/// sixteenth of the batch at a time: the statistics of batch norm are those of the whole batch.
at::Tensor checkpointed_stem(torch::nn::Conv2d& convolution, Norm& norm, const at::Tensor& images);

}  // namespace scalemark::nn
