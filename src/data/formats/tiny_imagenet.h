#pragma once

#include <memory>

#include "data/dataset.h"

namespace scalemark::data {

/// Tiny ImageNet (Stanford CS231n) as its archive unpacks: train/<wnid>/images/*.JPEG, and val/images/*.JPEG with
/// val/val_annotations.txt. 64x64 JPEG images; the classes are numbered in the order of their wnids.
/// @throws InputError as open_dataset(), also where an image has no annotation or the reverse.
std::unique_ptr<Dataset> open_tiny_imagenet(const DatasetOptions& options, Split split);

}  // namespace scalemark::data
