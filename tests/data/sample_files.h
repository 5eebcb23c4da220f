#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "core/error.h"
#include "data/dataset.h"
#include "temporary_folder.h"

namespace scalemark::data {

using Bytes = std::vector<std::uint8_t>;

/// An IDX file of unsigned bytes.
Bytes idx_bytes(const std::vector<std::uint32_t>& sizes, const Bytes& values);

/// `bytes` as one gzip member.
Bytes gzip(const Bytes& bytes);

/// `count` values that repeat only after 251.
Bytes counting_bytes(std::size_t count);

/// A CIFAR record: label and 3072 pixels, which begin at `first_pixel` and count upwards.
Bytes cifar_record(std::uint8_t label, std::uint8_t first_pixel);

/// An image as the data set holds it.
struct SampleImage {
  std::int64_t label = 0;
  int height = 0;
  int width = 0;
  Bytes pixels{};  ///< interleaved

  bool operator==(const SampleImage&) const = default;
};
SampleImage read_image(const Dataset& dataset, std::int64_t index);

/// The message of the InputError that `call` throws; a test failure where it throws none.
template <typename Call>
std::string input_error(Call call) {
  try {
    call();
  } catch (const InputError& error) {
    return error.what();
  }
  ADD_FAILURE() << "expected an InputError";
  return {};
}

}  // namespace scalemark::data
