#pragma once

#include <cstddef>
#include <cstdint>

namespace scalemark {

// What a config may ask for at most. A result file holds no more: it came from a config, or it is none of ours.

inline constexpr std::size_t kLongestLabel = 100;  ///< bytes
inline constexpr std::size_t kMostCases = 10'000;
inline constexpr int kMostRepetitions = 10'000;
inline constexpr std::int64_t kMostEpochs = 100'000;
inline constexpr std::size_t kMostSeeds = 1000;
inline constexpr std::int64_t kMostRanks = 65'536;

}  // namespace scalemark
