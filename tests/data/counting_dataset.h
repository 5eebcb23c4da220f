#pragma once

#include <stdexcept>
#include <string>

#include "data/dataset.h"

namespace scalemark::data {

/// Images of 2 x 4 pixels whose values tell index and place; reading image `damaged` throws.
class CountingDataset final : public Dataset {
 public:
  static constexpr ImageShape kShape{3, 2, 4};

  explicit CountingDataset(std::int64_t size, std::int64_t damaged = -1) : size_(size), damaged_(damaged) {}

  std::int64_t size() const override { return size_; }
  ImageShape shape() const override { return kShape; }
  int classes() const override { return static_cast<int>(size_); }
  Normalization normalization() const override { return {{0.1F, 0.2F, 0.3F}, {0.5F, 0.25F, 0.125F}}; }

  static std::uint8_t pixel(std::int64_t index, std::int64_t place) {
    return static_cast<std::uint8_t>(index * 37 + place * 11);
  }

  std::int64_t read(std::int64_t index, std::span<std::uint8_t> pixels) const override {
    check_read(index, pixels);
    if (index == damaged_) throw std::runtime_error("image " + std::to_string(index) + " is damaged");
    for (std::size_t place = 0; place < pixels.size(); ++place) pixels[place] = pixel(index, place);
    return index;
  }

 private:
  std::int64_t size_;
  std::int64_t damaged_;
};

}  // namespace scalemark::data
