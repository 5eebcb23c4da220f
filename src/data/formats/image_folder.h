#pragma once

#include <memory>

#include "data/dataset.h"

namespace scalemark::data {

/// JPEG files as PATH/train/<class>/* and PATH/val/<class>/*, the classes numbered in the order of their names.
/// @throws InputError as open_dataset(), also where val has other classes than train
std::unique_ptr<Dataset> open_image_folder(const DatasetOptions& options, Split split);

}  // namespace scalemark::data
