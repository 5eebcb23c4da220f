#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "data/dataset.h"

namespace scalemark::data {

struct PackSummary {
  std::int64_t training_images = 0;
  std::int64_t test_images = 0;
  std::uint64_t bytes = 0;
  std::vector<std::string> left_out;  ///< images that could not be read: name and reason
};

/// Writes both splits of the data set `options` to the one file `output`, every image read and decoded once before it
/// goes in. An image that cannot be read ends it, or with on_error kSkip is left out.
/// @throws InputError as open_dataset(), where `output` exists, and where it cannot be written (nothing is left then).
PackSummary write_pack(const DatasetOptions& options, const std::filesystem::path& output);

}  // namespace scalemark::data
