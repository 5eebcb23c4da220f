#pragma once

#include <cstddef>

#include "core/units.h"
#include "results/records.h"

namespace scalemark::results {

// What a result file from a stranger may hold. Compressed data and holes cost a file next to nothing, and a text can
// stand in many rows: the size on the disk alone bounds neither memory nor time.

inline constexpr std::size_t kLongestName = 1000;       ///< bytes: of a model, host, device, phase, ...
inline constexpr std::size_t kLongestReason = 100'000;  ///< bytes

/// Bytes that texts and samples may take in memory, of a file that takes `stored_bytes` on the disk.
inline std::size_t most_held_bytes(std::size_t stored_bytes) { return 32 * kMebibyte + 16 * stored_bytes; }

/// Bytes that texts and samples of the file take in memory.
std::size_t held_bytes(const ResultFile& file);

/// Refuses more cases, besides probes, than a config can ask for. @throws std::invalid_argument
void check_case_count(std::size_t cases);

/// Refuses what no config can ask for (core/limits/config_limits.h), texts beyond the lengths above, names of arms that
/// are no printable line, and more than most_held_bytes(). @throws std::invalid_argument naming the case.
void check_limits(const ResultFile& file, std::size_t stored_bytes);

}  // namespace scalemark::results
