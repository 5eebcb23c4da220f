#include "kernels/norm_pool_cpu.h"

#include <ATen/Parallel.h>
#include <ATen/ops/empty_like.h>
#include <c10/util/BFloat16.h>
#include <c10/util/Half.h>

#include <vector>

#include "core/vector_unit.h"
#include "kernels/norm_values.h"
#include "kernels/pool_window.h"

// All loops run along the channels of a pixel, which lie side by side.
namespace scalemark::kernels {
namespace {

/// A channels_last map, its pooled one, and memory of a thread for one pixel.
template <typename Value>
struct Pooling {
  std::int64_t height, width, channels;
  const Value* x = nullptr;  // pool
  Value* y = nullptr;
  std::uint8_t* places = nullptr;
  const Wide<Value>* scale = nullptr;
  const Wide<Value>* shift = nullptr;
  const Value* gradient = nullptr;  // unpool
  Value* input_gradient = nullptr;

  std::int64_t pixel(std::int64_t image, std::int64_t row, std::int64_t column) const {
    return ((image * height + row) * width + column) * channels;
  }
  std::int64_t pooled_pixel(std::int64_t image, std::int64_t row, std::int64_t column) const {
    return ((image * pooled_size(height) + row) * pooled_size(width) + column) * channels;
  }
};

template <typename Value>
struct PixelMemory {
  explicit PixelMemory(std::int64_t channels) : values(channels), places(channels) {}
  std::vector<Wide<Value>> values;
  std::vector<std::int32_t> places;
};

/// relu(norm(x)) of a pixel, where it is larger than the best so far or, as in LibTorch's pooling, no number.
template <typename Value, bool kFirst>
SCALEMARK_INLINE void take_larger(const Pooling<Value>& map, const Value* __restrict x, std::int32_t place,
                                  Wide<Value>* __restrict best, std::int32_t* __restrict places) {
  for (std::int64_t channel = 0; channel < map.channels; ++channel) {
    Value rounded;
    store(relu(load(x[channel]) * map.scale[channel] + map.shift[channel]), rounded);
    const Wide<Value> value = load(rounded);
    const bool taken = kFirst || value > best[channel] || value != value;
    best[channel] = taken ? value : best[channel];
    places[channel] = taken ? place : places[channel];
  }
}

template <typename Value>
SCALEMARK_INLINE void pool_row(const Pooling<Value>* map, std::int64_t image, std::int64_t row,
                               PixelMemory<Value>* memory) {
  Wide<Value>* best = memory->values.data();
  std::int32_t* best_places = memory->places.data();
  const AxisRange rows = values_of_window(row, map->height);
  for (std::int64_t column = 0; column < pooled_size(map->width); ++column) {
    const AxisRange columns = values_of_window(column, map->width);
    for (std::int64_t i = rows.begin; i < rows.end; ++i) {
      for (std::int64_t j = columns.begin; j < columns.end; ++j) {
        const Value* x = map->x + map->pixel(image, i, j);
        const int place = place_in_window({i, j}, {row, column});
        const bool first = i == rows.begin && j == columns.begin;
        first ? take_larger<Value, true>(*map, x, place, best, best_places)
              : take_larger<Value, false>(*map, x, place, best, best_places);
      }
    }
    const std::int64_t at = map->pooled_pixel(image, row, column);
    for (std::int64_t channel = 0; channel < map->channels; ++channel) {
      store(best[channel], map->y[at + channel]);
      map->places[at + channel] = static_cast<std::uint8_t>(best_places[channel]);
    }
  }
}

template <typename Value>
SCALEMARK_INLINE void add_where(const std::uint8_t* __restrict places, const Value* __restrict gradient, int place,
                                std::int64_t channels, Wide<Value>* __restrict sums) {
  for (std::int64_t channel = 0; channel < channels; ++channel) {
    sums[channel] += places[channel] == place ? load(gradient[channel]) : Wide<Value>{0};
  }
}

template <typename Value>
SCALEMARK_INLINE void unpool_row(const Pooling<Value>* map, std::int64_t image, std::int64_t row,
                                 PixelMemory<Value>* memory) {
  Wide<Value>* sums = memory->values.data();
  const AxisRange rows = windows_of_value(row, map->height);
  for (std::int64_t column = 0; column < map->width; ++column) {
    const AxisRange columns = windows_of_value(column, map->width);
    for (std::int64_t channel = 0; channel < map->channels; ++channel) sums[channel] = 0;
    for (std::int64_t i = rows.begin; i < rows.end; ++i) {
      for (std::int64_t j = columns.begin; j < columns.end; ++j) {
        const std::int64_t at = map->pooled_pixel(image, i, j);
        const int place = place_in_window({row, column}, {i, j});
        add_where(map->places + at, map->gradient + at, place, map->channels, sums);
      }
    }
    Value* output = map->input_gradient + map->pixel(image, row, column);
    for (std::int64_t channel = 0; channel < map->channels; ++channel) store(sums[channel], output[channel]);
  }
}

/// Runs a loop over the rows of all images, which threads share.
template <auto loop, typename Value>
void for_rows(const Pooling<Value>& map, std::int64_t images, std::int64_t rows) {
  const VectorUnit unit = best_vector_unit();
  at::parallel_for(0, images * rows, /*grain_size=*/1, [&](std::int64_t begin, std::int64_t end) {
    PixelMemory<Value> memory(map.channels);
    for (std::int64_t i = begin; i < end; ++i) {
      run_loop<loop>(unit, &map, i / rows, i % rows, &memory);
    }
  });
}

template <typename Value>
Pooling<Value> pooling_of(const at::Tensor& x) {
  Pooling<Value> map;
  map.height = x.size(2);
  map.width = x.size(3);
  map.channels = x.size(1);
  return map;
}

}  // namespace

template <typename Value>
PooledNorm pool_on_cpu(const at::Tensor& x, const Wide<Value>* scale, const Wide<Value>* shift) {
  auto map = pooling_of<Value>(x);
  PooledNorm pooled = empty_pooled(x);
  map.x = x.const_data_ptr<Value>();
  map.y = pooled.y.mutable_data_ptr<Value>();
  map.places = pooled.place.mutable_data_ptr<std::uint8_t>();
  map.scale = scale;
  map.shift = shift;
  for_rows<pool_row<Value>>(map, x.size(0), pooled_size(map.height));
  return pooled;
}

template <typename Value>
at::Tensor unpool_on_cpu(const at::Tensor& x, const at::Tensor& place, const at::Tensor& gradient) {
  at::Tensor input_gradient = at::empty_like(x);
  auto map = pooling_of<Value>(x);
  map.places = place.mutable_data_ptr<std::uint8_t>();
  map.gradient = gradient.const_data_ptr<Value>();
  map.input_gradient = input_gradient.mutable_data_ptr<Value>();
  for_rows<unpool_row<Value>>(map, x.size(0), map.height);
  return input_gradient;
}

// A type cannot stand in parentheses. NOLINTBEGIN(bugprone-macro-parentheses)
#define SCALEMARK_INSTANTIATE(Value)                                                                 \
  template PooledNorm pool_on_cpu<Value>(const at::Tensor&, const Wide<Value>*, const Wide<Value>*); \
  template at::Tensor unpool_on_cpu<Value>(const at::Tensor&, const at::Tensor&, const at::Tensor&);
SCALEMARK_INSTANTIATE(double)
SCALEMARK_INSTANTIATE(float)
SCALEMARK_INSTANTIATE(c10::BFloat16)
SCALEMARK_INSTANTIATE(c10::Half)
#undef SCALEMARK_INSTANTIATE
// NOLINTEND(bugprone-macro-parentheses)

}  // namespace scalemark::kernels
