#include "data/batch_builder.h"

#include <ATen/ops/empty_strided.h>
#include <ATen/ops/from_blob.h>
#include <c10/util/accumulate.h>

#include <cstddef>
#include <new>
#include <vector>

namespace scalemark::data {
namespace {

// Host memory that batches wait in. Page-locked memory is LibTorch's; other memory comes from outside its CPU
// allocator, because how many batches wait is a matter of timing, and peak memory is to be exact.
at::Tensor staging_tensor(const std::vector<std::int64_t>& sizes, const std::vector<std::int64_t>& strides,
                          at::ScalarType dtype, bool pinned) {
  const auto options = at::TensorOptions().dtype(dtype);
  if (pinned) return at::empty_strided(sizes, strides, options.pinned_memory(true));
  constexpr std::align_val_t kAlignment{64};
  const std::size_t bytes = c10::elementSize(dtype) * static_cast<std::size_t>(c10::multiply_integers(sizes));
  void* memory = ::operator new(bytes, kAlignment);
  return at::from_blob(
      memory, sizes, strides, [](void* held) { ::operator delete(held, kAlignment); }, options);
}

}  // namespace

BatchBuilder::BatchBuilder(const Dataset& dataset, const LoaderOptions& options)
    : dataset_(dataset),
      options_(options),
      shape_(dataset.shape()),
      normalizer_(dataset.normalization(), shape_, options.dtype, options.channels_last) {}

Batch BatchBuilder::allocate(std::int64_t images) const {
  const std::int64_t channels = shape_.channels, height = shape_.height, width = shape_.width;
  const std::vector<std::int64_t> strides =
      options_.channels_last ? std::vector<std::int64_t>{height * width * channels, 1, width * channels, channels}
                             : std::vector<std::int64_t>{channels * height * width, height * width, width, 1};
  return {staging_tensor({images, channels, height, width}, strides, options_.dtype, options_.pinned),
          staging_tensor({images}, {1}, at::kLong, options_.pinned)};
}

void BatchBuilder::fill(Batch& batch, std::span<const std::int64_t> indices, std::int64_t first_row) const {
  std::vector<std::uint8_t> pixels(shape_.bytes());
  // In both memory formats an image is one contiguous piece.
  const std::size_t image_bytes = shape_.bytes() * batch.images.element_size();
  auto* image = static_cast<std::byte*>(batch.images.mutable_data_ptr()) + first_row * image_bytes;
  std::int64_t* label = batch.labels.mutable_data_ptr<std::int64_t>() + first_row;
  for (const std::int64_t index : indices) {
    *label++ = dataset_.read(index, pixels);
    normalizer_.write(pixels, image);
    image += image_bytes;
  }
}

}  // namespace scalemark::data
