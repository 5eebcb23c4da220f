#pragma once

#include <memory>

#include "data/dataset.h"

namespace scalemark::data {

/// The data set in the pack file options.path, read through a memory map. Header and index are checked when it is
/// opened, each image's checksum when it is first read. @throws InputError naming the file, also where it holds another
/// data set than options.name
std::unique_ptr<Dataset> open_pack(const DatasetOptions& options, Split split);

}  // namespace scalemark::data
