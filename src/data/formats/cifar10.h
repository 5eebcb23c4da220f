#pragma once

#include <memory>

#include "data/dataset.h"

namespace scalemark::data {

/// CIFAR-10 (Krizhevsky 2009, "Learning Multiple Layers of Features from Tiny Images") from its binary files, kept in
/// memory as stored: records of 3073 bytes, a label and 3 x 32 x 32 pixels. @throws InputError as open_dataset().
std::unique_ptr<Dataset> open_cifar10(const DatasetOptions& options, Split split);

}  // namespace scalemark::data
