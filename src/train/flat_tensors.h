#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

namespace scalemark::train {

/// Tensors one behind the other, in one memory for each of their types: between devices all go by a copy per type,
/// where a copy each would wait for the link, and for the host, as many times.
class FlatTensors {
 public:
  /// Memory of `device` for tensors of the sizes, strides and types of `like`, which are dense. Each begins where an
  /// allocation of its own would, so that kernels find it as they like it. @throws c10::OutOfMemoryError
  FlatTensors(const std::vector<at::Tensor>& like, const at::Device& device);

  /// The tensors in this memory, in the order of `like`; not written yet.
  const std::vector<at::Tensor>& views() const { return views_; }

  /// Moves tensors, in the order and on the device of this memory, into it: whoever holds them finds them there.
  void take_over(const std::vector<at::Tensor>& tensors) const;

  /// Overwrites all of it with another's, made of tensors alike.
  void copy_from(const FlatTensors& other) const;

 private:
  std::vector<at::Tensor> memory_;  // [type]
  std::vector<at::Tensor> views_;
};

/// Adds to each of `own` the one of `others`, which are on another device, in buckets of at most `bucket_bytes` (or one
/// tensor): of each bucket one launch there, a copy, and one launch here. The bits are those of one addition each.
void add_from_device(const std::vector<at::Tensor>& own, const std::vector<at::Tensor>& others,
                     std::int64_t bucket_bytes);

}  // namespace scalemark::train
