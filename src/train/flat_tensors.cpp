#include "train/flat_tensors.h"

#include <ATen/ops/_foreach_add.h>
#include <ATen/ops/_foreach_copy.h>
#include <ATen/ops/empty.h>
#include <c10/core/DeviceGuard.h>
#include <c10/core/GradMode.h>

#include <map>

namespace scalemark::train {
namespace {

constexpr std::int64_t kPlaceBytes = 512;  // as LibTorch's allocator for GPUs

/// Elements from a tensor's begin to that of the next one.
std::int64_t place_of(const at::Tensor& tensor) {
  const std::int64_t step = kPlaceBytes / static_cast<std::int64_t>(tensor.element_size());
  return (tensor.numel() + step - 1) / step * step;
}

void add_bucket(const std::vector<at::Tensor>& own, const std::vector<at::Tensor>& others) {
  const FlatTensors sent(others, others.front().device());
  {
    const c10::OptionalDeviceGuard there(others.front().device());
    at::_foreach_copy_(sent.views(), others, /*non_blocking=*/true);
  }
  const FlatTensors arrived(others, own.front().device());
  arrived.copy_from(sent);
  at::_foreach_add_(own, arrived.views());
}

}  // namespace

FlatTensors::FlatTensors(const std::vector<at::Tensor>& like, const at::Device& device) {
  const c10::NoGradGuard no_grad;
  std::map<at::ScalarType, std::int64_t> elements;
  for (const at::Tensor& tensor : like) elements[tensor.scalar_type()] += place_of(tensor);
  std::map<at::ScalarType, at::Tensor> memory;
  for (const auto& [type, count] : elements) {
    memory[type] = at::empty({count}, at::TensorOptions(type).device(device));
    memory_.push_back(memory[type]);
  }
  std::map<at::ScalarType, std::int64_t> offsets;
  for (const at::Tensor& tensor : like) {
    TORCH_CHECK(tensor.is_non_overlapping_and_dense(), "only dense tensors lie one behind the other");
    std::int64_t& offset = offsets[tensor.scalar_type()];
    views_.push_back(memory[tensor.scalar_type()].as_strided(tensor.sizes(), tensor.strides(), offset));
    offset += place_of(tensor);
  }
}

void FlatTensors::take_over(const std::vector<at::Tensor>& tensors) const {
  const c10::NoGradGuard no_grad;
  for (std::size_t i = 0; i < views_.size(); ++i) {
    views_[i].copy_(tensors[i]);
    tensors[i].set_data(views_[i]);
  }
}

void FlatTensors::copy_from(const FlatTensors& other) const {
  for (std::size_t type = 0; type < memory_.size(); ++type) {
    memory_[type].copy_(other.memory_[type], /*non_blocking=*/true);
  }
}

void add_from_device(const std::vector<at::Tensor>& own, const std::vector<at::Tensor>& others,
                     std::int64_t bucket_bytes) {
  const c10::NoGradGuard no_grad;
  std::vector<at::Tensor> here, there;
  std::int64_t bytes = 0;
  for (std::size_t i = 0; i < own.size(); ++i) {
    const auto added = static_cast<std::int64_t>(own[i].nbytes());
    if (!here.empty() && bytes + added > bucket_bytes) {
      add_bucket(here, there);
      here.clear();
      there.clear();
      bytes = 0;
    }
    here.push_back(own[i]);
    there.push_back(others[i]);
    bytes += added;
  }
  if (!here.empty()) add_bucket(here, there);
}

}  // namespace scalemark::train
