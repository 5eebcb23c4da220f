#pragma once

#include <memory>

#include "data/dataset.h"

namespace scalemark::data {

/// Images that need no file: a coarse pattern per class, plus noise, so that a network can learn the classes. Image and
/// label depend on seed, split and index alone. 50,000 training and 10,000 test images, or options.images of each.
/// @throws InputError where image_size is not 1 to 4096, classes not 1 to 65536, or images not positive.
std::unique_ptr<Dataset> open_synthetic(const DatasetOptions& options, Split split);

}  // namespace scalemark::data
