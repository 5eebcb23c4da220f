#include "data/loader/resident_loader.h"

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_strided.h>

#include <algorithm>
#include <stdexcept>
#include <utility>
#include <vector>

#include "data/loader/place_backend.h"

namespace scalemark::data {
namespace {

template <typename Value>
void place_on_host(const PlacedBatch<Value>& batch) {
  at::parallel_for(0, batch.rows, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t row = begin; row < end; ++row) {
      const auto placement = draw_placement(batch.augmentation, batch.seed, batch.epoch, batch.indices[row]);
      write_placed<Value, 1>(batch, row, placement, 0, 1);
    }
  });
}

template <typename Value>
void place(PlacedBatch<Value> batch, const Normalization& normalization, const at::Device& device, Batch& output) {
  for (int channel = 0; channel < 3; ++channel) {
    const double mean = normalization.mean[channel];
    const double deviation = normalization.standard_deviation[channel];
    batch.scale[channel] = static_cast<Wide<Value>>(1 / (255 * deviation));
    batch.offset[channel] = static_cast<Wide<Value>>(-mean / deviation);
  }
  batch.output = static_cast<Value*>(output.images.mutable_data_ptr());
  batch.output_labels = output.labels.mutable_data_ptr<std::int64_t>();
  device.is_cuda() ? place_on_gpu(batch, current_gpu_stream(device.index())) : place_on_host(batch);
}

/// Calls fill with a value of the type that images are loaded as.
template <typename Fill>
void fill_with_type(at::ScalarType dtype, const Fill& fill) {
  switch (dtype) {
    case at::kDouble:
      return fill(double{});
    case at::kFloat:
      return fill(float{});
    case at::kBFloat16:
      return fill(Bfloat16{});
    case at::kHalf:
      return fill(Float16{});
    default:
      throw std::invalid_argument("images are loaded as float64, float32, bfloat16 or float16 only");
  }
}

Batch allocate(std::int64_t rows, const at::Tensor& images, const LoaderOptions& options) {
  const std::int64_t height = images.size(1);
  const std::int64_t width = images.size(2);
  const std::vector<std::int64_t> strides =
      options.channels_last ? std::vector<std::int64_t>{3 * height * width, 1, 3 * width, 3}
                            : std::vector<std::int64_t>{3 * height * width, height * width, width, 1};
  const auto on_device = at::TensorOptions().device(images.device());
  return {at::empty_strided({rows, 3, height, width}, strides, on_device.dtype(options.dtype)),
          at::empty({rows}, on_device.dtype(at::kLong))};
}

}  // namespace

ResidentLoader::ResidentLoader(ResidentImages images, const ShardedSampler& sampler, const LoaderOptions& options)
    : images_(std::move(images)),
      sampler_(sampler),
      options_(options),
      batches_per_epoch_(sampler.batches(options.batch)) {}

Batch ResidentLoader::next() {
  bring_indices(number_ / batches_per_epoch_);
  const std::int64_t first = number_++ % batches_per_epoch_ * options_.batch;
  Batch output = allocate(options_.batch, images_.images, options_);
  const auto fill = [&]<typename Value>(Value /*type*/) {
    PlacedBatch<Value> batch{};
    batch.images = images_.images.const_data_ptr<std::uint8_t>();
    batch.labels = images_.labels.const_data_ptr<std::int64_t>();
    batch.indices = indices_.const_data_ptr<std::int64_t>() + first;
    batch.rows = options_.batch;
    batch.height = static_cast<int>(images_.images.size(1));
    batch.width = static_cast<int>(images_.images.size(2));
    batch.channels_last = options_.channels_last;
    batch.augmentation = options_.augmentation;
    batch.seed = options_.seed;
    batch.epoch = epoch_;
    place(batch, images_.normalization, images_.images.device(), output);
  };
  fill_with_type(options_.dtype, fill);
  return output;
}

// Once per epoch. From pinned memory: the host would else wait until the device comes to the copy.
void ResidentLoader::bring_indices(std::int64_t epoch) {
  if (epoch == epoch_) return;
  const std::vector<std::int64_t> shard = sampler_.indices(epoch);
  const at::Device device = images_.images.device();
  const auto host = at::empty({static_cast<std::int64_t>(shard.size())},
                              at::TensorOptions().dtype(at::kLong).pinned_memory(device.is_cuda()));
  std::copy(shard.begin(), shard.end(), host.mutable_data_ptr<std::int64_t>());
  indices_ = host.to(device, /*non_blocking=*/true);
  epoch_ = epoch;
}

}  // namespace scalemark::data
