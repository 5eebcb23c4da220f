#include "train/snapshot.h"

#include <ATen/ops/from_blob.h>

#include <utility>

#include "nn/generator_state.h"

namespace scalemark::train {
namespace {

// The bytes seen as a host tensor of the same sizes and strides, so that copying is one pass whatever the layout.
at::Tensor as_host_tensor(const std::vector<std::byte>& bytes, const at::Tensor& like) {
  return at::from_blob(const_cast<std::byte*>(bytes.data()), like.sizes(), like.strides(),
                       at::TensorOptions().dtype(like.scalar_type()).device(at::kCPU));
}

}  // namespace

Snapshot::Snapshot(std::vector<at::Tensor> tensors, const at::Device& device)
    : device_(device), host_generator_state_(nn::generator_state(at::Device(at::kCPU))) {
  if (device_.is_cuda()) device_generator_state_ = nn::generator_state(device_);
  copies_.reserve(tensors.size());
  for (auto& tensor : tensors) {
    at::Tensor plain = tensor.detach();
    std::vector<std::byte> bytes(plain.nbytes());
    as_host_tensor(bytes, plain).copy_(plain);
    copies_.push_back({std::move(plain), std::move(bytes)});
  }
}

void Snapshot::restore() const {
  for (const auto& copy : copies_) copy.tensor.copy_(as_host_tensor(copy.bytes, copy.tensor));
  nn::set_generator_state(at::Device(at::kCPU), host_generator_state_);
  if (device_.is_cuda()) nn::set_generator_state(device_, device_generator_state_);
}

}  // namespace scalemark::train
