#pragma once

#include <cstddef>
#include <filesystem>
#include <random>
#include <span>
#include <string>

namespace scalemark::fuzz {

using Random = std::mt19937_64;

/// A number below `limit`, which is positive.
inline std::size_t below(Random& random, std::size_t limit) { return static_cast<std::size_t>(random() % limit); }

/// Changes 1 to 8 places of `bytes`: flips, extreme values, cuts, copies of other parts, and some of the `words`.
void mutate_bytes(std::string& bytes, std::span<const std::string> words, Random& random);

/// Changes 1 to 3 objects of the HDF5 file at `path` by the HDF5 library itself, so that every checksum stays right:
/// removes, renames or links them elsewhere, puts data sets of another type or shape in their place, or attributes of
/// another kind.
void mutate_objects(const std::filesystem::path& path, Random& random);

/// Changes values of 1 to 6 data sets, columns of tables or attributes of the file, and nothing of its structure:
/// extreme numbers, numbers that differ by an ulp, hostile texts.
void mutate_values(const std::filesystem::path& path, Random& random);

}  // namespace scalemark::fuzz
