#include "data/sample_files.h"

#include <zlib.h>

#include <stdexcept>

namespace scalemark::data {

Bytes idx_bytes(const std::vector<std::uint32_t>& sizes, const Bytes& values) {
  Bytes bytes{0, 0, 8, static_cast<std::uint8_t>(sizes.size())};
  for (const std::uint32_t size : sizes) {
    for (const int shift : {24, 16, 8, 0}) bytes.push_back(static_cast<std::uint8_t>(size >> shift & 255U));
  }
  bytes.insert(bytes.end(), values.begin(), values.end());
  return bytes;
}

Bytes gzip(const Bytes& bytes) {
  z_stream stream{};
  deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY);
  Bytes input = bytes;
  Bytes output(deflateBound(&stream, input.size()));
  stream.next_in = input.data();
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = output.data();
  stream.avail_out = static_cast<uInt>(output.size());
  const int status = deflate(&stream, Z_FINISH);
  output.resize(stream.total_out);
  deflateEnd(&stream);
  if (status != Z_STREAM_END) throw std::runtime_error("deflate failed");
  return output;
}

Bytes counting_bytes(std::size_t count) {
  Bytes bytes(count);
  for (std::size_t i = 0; i < count; ++i) bytes[i] = static_cast<std::uint8_t>(i % 251);
  return bytes;
}

Bytes cifar_record(std::uint8_t label, std::uint8_t first_pixel) {
  Bytes record(3073);
  record[0] = label;
  for (std::size_t i = 1; i < record.size(); ++i) record[i] = static_cast<std::uint8_t>(first_pixel + i - 1);
  return record;
}

SampleImage read_image(const Dataset& dataset, std::int64_t index) {
  ImageScratch scratch;
  const ImageView image = dataset.read(index, scratch);
  const std::size_t bytes = std::size_t{3} * image.height * image.width;
  return {image.label, image.height, image.width, {image.pixels, image.pixels + bytes}};
}

}  // namespace scalemark::data
