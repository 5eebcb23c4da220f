#include "data/loader/batch_builder.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/empty_strided.h>
#include <ATen/ops/from_blob.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <stdexcept>
#include <vector>

namespace scalemark::data {
namespace {

PixelType pixel_type(at::ScalarType dtype) {
  switch (dtype) {
    case at::kDouble:
      return PixelType::kFloat64;
    case at::kFloat:
      return PixelType::kFloat32;
    case at::kBFloat16:
      return PixelType::kBfloat16;
    case at::kHalf:
      return PixelType::kFloat16;
    default:
      throw std::invalid_argument("images are loaded as float64, float32, bfloat16 or float16 only");
  }
}

/// Images lie anywhere in memory, where a processor's own look-ahead does not find them. Behind the first bytes it
/// does.
void ask_for(std::span<const std::uint8_t> bytes) {
  constexpr std::size_t kCacheLineBytes = 64;
  constexpr std::size_t kMostBytes = 1024;
  for (std::size_t i = 0; i < std::min(bytes.size(), kMostBytes); i += kCacheLineBytes) __builtin_prefetch(&bytes[i]);
}

}  // namespace

BatchBuilder::BatchBuilder(const Dataset& dataset, const LoaderOptions& options)
    : dataset_(dataset),
      options_(options),
      shape_(dataset.shape()),
      writer_(dataset.normalization(), shape_, pixel_type(options.dtype), options.channels_last) {
  // Images, then labels. Those ahead, the one in use, and the one before it that a graph may still hold.
  const std::size_t bytes = label_offset() + options.batch * sizeof(std::int64_t);
  memory_ = std::make_shared<StagingMemory>(bytes, options.prefetch + 2);
}

std::size_t BatchBuilder::label_offset() const {
  constexpr std::size_t kAlignment = 64;
  return (options_.batch * writer_.image_bytes() + kAlignment - 1) / kAlignment * kAlignment;
}

Batch BatchBuilder::allocate() const {
  const std::int64_t images = options_.batch;
  const std::int64_t channels = shape_.channels, height = shape_.height, width = shape_.width;
  const std::vector<std::int64_t> sizes{images, channels, height, width};
  const std::vector<std::int64_t> strides =
      options_.channels_last ? std::vector<std::int64_t>{height * width * channels, 1, width * channels, channels}
                             : std::vector<std::int64_t>{channels * height * width, height * width, width, 1};
  const auto values = at::TensorOptions().dtype(options_.dtype).pinned_memory(options_.pinned);
  const auto numbers = at::TensorOptions().dtype(at::kLong).pinned_memory(options_.pinned);
  if (options_.pinned) return {at::empty_strided(sizes, strides, values), at::empty({images}, numbers)};
  // From outside LibTorch's CPU allocator: how many batches wait is a matter of timing, and peak memory is to be exact.
  const std::shared_ptr<std::byte> piece(static_cast<std::byte*>(memory_->take()),
                                         [memory = memory_](std::byte* held) { memory->give_back(held); });
  const auto hold = [piece](void*) {};  // until the last of both tensors is gone
  return {at::from_blob(piece.get(), sizes, strides, hold, values),
          at::from_blob(piece.get() + label_offset(), {images}, hold, numbers)};
}

std::span<const std::uint8_t> BatchBuilder::fetch(const BatchPart& part, std::size_t i, ThreadScratch& scratch) const {
  const auto stored =
      part.stored.empty() ? dataset_.fetch(part.indices[i], scratch.stored[i % 2]) : part.stored[i].bytes();
  ask_for(stored);
  return stored;
}

ImageView BatchBuilder::cropped(const ImageView& image, std::int64_t epoch, std::int64_t index,
                                ThreadScratch& scratch) const {
  if (options_.augmentation != Augmentation::kRandomResizedCropFlip) return image;
  scratch.crop.resize(static_cast<std::size_t>(shape_.bytes()));
  const CropBox box = draw_crop(image.height, image.width, options_.seed, epoch, index);
  resize_crop(image, box, shape_, scratch.resize, scratch.crop.data());
  return {scratch.crop.data(), shape_.height, shape_.width, image.label};
}

void BatchBuilder::fill(Batch& batch, const BatchPart& part, std::int64_t first_row) const {
  if (part.indices.empty()) return;
  const ScratchPool::Loan loan(scratch_);
  auto& scratch = *loan;
  // In both memory formats an image is one contiguous piece.
  const std::size_t image_bytes = writer_.image_bytes();
  auto* destination = static_cast<std::byte*>(batch.images.mutable_data_ptr()) + first_row * image_bytes;
  std::int64_t* label = batch.labels.mutable_data_ptr<std::int64_t>() + first_row;
  // One image ahead: while this one is written, the bytes of the next come from memory.
  auto next = fetch(part, 0, scratch);
  for (std::size_t i = 0; i < part.indices.size(); ++i, destination += image_bytes) {
    const std::int64_t index = part.indices[i];
    const auto stored = next;
    if (i + 1 < part.indices.size()) next = fetch(part, i + 1, scratch);
    const ImageView image = cropped(dataset_.decode(index, stored, scratch.image), part.epoch, index, scratch);
    const Placement placement = draw_placement(options_.augmentation, options_.seed, part.epoch, index);
    writer_.write(image, placement, destination, scratch.writer);
    *label++ = image.label;
  }
}

}  // namespace scalemark::data
