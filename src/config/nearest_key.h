#pragma once

#include <string>

#include "config/key_table.h"

namespace scalemark::config {

/// The key that `path` was probably meant to be, of all keys: a slip of the hand, or the name that other tools have for
/// it (lr, num_workers, bucket_cap_mb). Of equals one that `section` may hold. nullptr where none is near.
const Key* nearest_key(const std::string& path, Section section);

/// The value that other tools mean by `word`, such as cuda for gpu; the word itself where there is none.
std::string usual_value(const std::string& word);

}  // namespace scalemark::config
