#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <vector>

#include "comm/gradient_reducer.h"

namespace scalemark::comm {

/// The parameters of each bucket, as indices in ready order. A bucket holds one dtype of one device and at most its
/// limit of bytes, except where a single parameter is larger.
/// @throws InputError where `ready_order` does not name every parameter once.
std::vector<std::vector<std::size_t>> plan_buckets(const std::vector<NamedParameter>& parameters,
                                                   const std::vector<std::size_t>& ready_order,
                                                   const BucketLayout& layout);

}  // namespace scalemark::comm
