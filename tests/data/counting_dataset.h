#pragma once

#include <string>

#include "data/dataset.h"

namespace scalemark::data {

/// Images of 2 x 4 pixels whose values tell index and place among the interleaved bytes; reading image `damaged`
/// throws.
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

  std::span<const std::uint8_t> fetch(std::int64_t index, std::vector<std::uint8_t>& buffer) const override {
    check_index(index);
    buffer.resize(kShape.bytes());
    for (std::size_t place = 0; place < buffer.size(); ++place) {
      buffer[place] = pixel(index, static_cast<std::int64_t>(place));
    }
    return buffer;
  }

  ImageView decode(std::int64_t index, std::span<const std::uint8_t> stored, ImageScratch& /*scratch*/) const override {
    if (index == damaged_) throw DamagedImage("image " + std::to_string(index) + " is damaged");
    return {stored.data(), kShape.height, kShape.width, index};
  }

 private:
  std::int64_t size_;
  std::int64_t damaged_;
};

}  // namespace scalemark::data
