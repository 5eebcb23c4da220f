#include "data/image_normalizer.h"

#include <stdexcept>
#include <type_traits>

namespace scalemark::data {
namespace {

template <typename Tables, typename Value>
void write_planar(const Tables& tables, std::span<const std::uint8_t> pixels, Value* output) {
  const std::size_t plane = pixels.size() / tables.size();
  for (std::size_t channel = 0; channel < tables.size(); ++channel) {
    const auto& table = tables[channel];
    for (const std::uint8_t pixel : pixels.subspan(channel * plane, plane)) *output++ = table[pixel];
  }
}

template <typename Tables, typename Value>
void write_interleaved(const Tables& tables, std::span<const std::uint8_t> pixels, Value* output) {
  const std::size_t plane = pixels.size() / tables.size();
  const std::uint8_t* red = pixels.data();
  const std::uint8_t* green = red + plane;
  const std::uint8_t* blue = green + plane;
  for (std::size_t i = 0; i < plane; ++i, output += 3) {
    output[0] = tables[0][red[i]];
    output[1] = tables[1][green[i]];
    output[2] = tables[2][blue[i]];
  }
}

}  // namespace

template <typename Value>
ImageNormalizer::AnyTables ImageNormalizer::make_tables(const Normalization& normalization) {
  // The half-precision types are made from float.
  using Wide = std::conditional_t<std::is_same_v<Value, double>, double, float>;
  Tables<Value> tables;
  for (std::size_t channel = 0; channel < tables.size(); ++channel) {
    const double mean = normalization.mean[channel];
    const double deviation = normalization.standard_deviation[channel];
    for (int pixel = 0; pixel < 256; ++pixel) {
      tables[channel][pixel] = static_cast<Value>(static_cast<Wide>((pixel / 255.0 - mean) / deviation));
    }
  }
  return tables;
}

ImageNormalizer::AnyTables ImageNormalizer::make_tables(const Normalization& normalization, c10::ScalarType dtype) {
  switch (dtype) {
    case c10::ScalarType::Double:
      return make_tables<double>(normalization);
    case c10::ScalarType::Float:
      return make_tables<float>(normalization);
    case c10::ScalarType::BFloat16:
      return make_tables<c10::BFloat16>(normalization);
    case c10::ScalarType::Half:
      return make_tables<c10::Half>(normalization);
    default:
      throw std::invalid_argument("images are loaded as float64, float32, bfloat16 or float16 only");
  }
}

ImageNormalizer::ImageNormalizer(const Normalization& normalization, const ImageShape& shape, c10::ScalarType dtype,
                                 bool channels_last)
    : tables_(make_tables(normalization, dtype)), channels_last_(channels_last) {
  if (shape.channels != 3) throw std::invalid_argument("images are loaded with 3 channels only");
}

void ImageNormalizer::write(std::span<const std::uint8_t> pixels, std::byte* destination) const {
  std::visit(
      [&]<typename Value>(const Tables<Value>& tables) {
        auto* output = reinterpret_cast<Value*>(destination);
        channels_last_ ? write_interleaved(tables, pixels, output) : write_planar(tables, pixels, output);
      },
      tables_);
}

}  // namespace scalemark::data
