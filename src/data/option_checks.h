#pragma once

#include <cstdint>
#include <initializer_list>

#include "data/dataset.h"

namespace scalemark::data {

/// @throws InputError naming the sizes that the data set can give, where options.image_size is none of them.
void check_image_size(const DatasetOptions& options, std::initializer_list<int> allowed);

/// @throws InputError where options.classes is not the data set's own number of classes.
void check_classes(const DatasetOptions& options, int classes);

/// How many of a split's `available` images options.images leaves. A small test split is used whole, so that one
/// value serves both splits. @throws InputError where it is not positive, or more than the training split holds.
std::int64_t limited_size(const DatasetOptions& options, Split split, std::int64_t available);

}  // namespace scalemark::data
