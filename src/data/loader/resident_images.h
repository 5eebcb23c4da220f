#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>

#include "data/dataset.h"

namespace scalemark::data {

/// A whole data set in the memory of one device, as bytes.
struct ResidentImages {
  at::Tensor images;  ///< uint8 [image, height, width, 3]
  at::Tensor labels;  ///< int64 [image]
  Normalization normalization;
};

/// Why the data set cannot be kept as bytes; empty where it can. An image is read for it.
std::string resident_obstacle(const Dataset& dataset);

/// What ResidentImages take of the device's memory.
std::int64_t resident_bytes(const Dataset& dataset);

/// Reads every image. @throws InputError naming an image that cannot be read, std::logic_error where one has another
/// size than the first, c10::OutOfMemoryError
ResidentImages make_resident(const Dataset& dataset, const at::Device& device);

}  // namespace scalemark::data
