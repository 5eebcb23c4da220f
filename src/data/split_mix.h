#pragma once

#include <cstdint>

#include "core/host_device.h"

namespace scalemark::data {

/// SplitMix64 (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators"): a hash of a counter, so
/// that the n-th number is known without the ones before it, and the same on every machine and standard library.
class SplitMix {
 public:
  SCALEMARK_HOST_DEVICE explicit SplitMix(std::uint64_t seed) : state_(seed) {}

  SCALEMARK_HOST_DEVICE std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

  /// Uniform in [0, bound), bound > 0, without bias.
  SCALEMARK_HOST_DEVICE std::uint64_t below(std::uint64_t bound) {
    const std::uint64_t biased =
        (0 - bound) % bound;  // 2^64 mod bound: so many low values would make a part more likely
    std::uint64_t value = next();
    while (value < biased) value = next();
    return value % bound;
  }

 private:
  std::uint64_t state_;
};

/// A seed for the stream `stream` of `seed`.
SCALEMARK_HOST_DEVICE inline std::uint64_t substream(std::uint64_t seed, std::uint64_t stream) {
  return SplitMix(SplitMix(seed).next() ^ stream).next();
}

}  // namespace scalemark::data
