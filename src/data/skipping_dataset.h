#pragma once

#include <memory>

#include "data/dataset.h"

namespace scalemark::data {

/// `dataset`, in which the next image that can be read stands in for one that cannot; skipped_images() says which those
/// were.
std::unique_ptr<Dataset> skip_damaged(std::unique_ptr<Dataset> dataset);

}  // namespace scalemark::data
