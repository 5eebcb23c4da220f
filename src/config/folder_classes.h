#pragma once

#include "config/layer.h"

namespace scalemark::config {

/// Sets dataset.classes, where the config leaves it out, to the number of folders in the data set's `train`: of data
/// sets that have a folder per class (image-folder, tiny-imagenet), if one data set at one path serves every case.
void count_classes(Layer& layer);

}  // namespace scalemark::config
