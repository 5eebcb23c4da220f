#pragma once

#include <memory>

#include "data/dataset.h"

namespace scalemark::data {

/// Fashion-MNIST (Xiao, Rasul and Vollgraf 2017, arXiv:1708.07747) from its four IDX files, gzip or plain: 28x28 grey
/// images, padded by zeros to 32x32 where options.image_size asks so, the same in each of three channels.
/// Kept in memory as stored: 784 bytes per image. @throws InputError as open_dataset().
std::unique_ptr<Dataset> open_fashion_mnist(const DatasetOptions& options, Split split);

}  // namespace scalemark::data
