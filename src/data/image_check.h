#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/dataset.h"

namespace scalemark::data {

/// Which of a data set's images one process looks at, and how long.
struct ImageCheckShare {
  int part = 0;  ///< of `parts` processes that share the work
  int parts = 1;
  int threads = 1;
  double limit_seconds = 30;
};

inline constexpr std::int64_t kMostDamages = 10;  ///< that a check names

/// What a look at a data set's images found, before time is spent on them.
struct ImageCheck {
  std::int64_t checked = 0;  ///< images that were looked at
  std::int64_t decoded = 0;  ///< those of them that were decoded whole
  std::int64_t unseen = 0;   ///< images that nobody looked at: of a pack most, else those beyond the limit
  std::int64_t damaged = 0;
  std::vector<std::string> damages;  ///< the first of them, by the names of their files, with the reason

  void add(const ImageCheck& other);
};

/// Looks at how each compressed image begins and ends, in the order of storage, and decodes a sample: the first image,
/// the last one and some 250 between. Of a pack, whose images have checksums, it looks at the sample alone. Images that
/// are stored as pixels were checked when the data set was opened.
ImageCheck check_images(const Dataset& dataset, const ImageCheckShare& share);

}  // namespace scalemark::data
