#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "results/records.h"

namespace scalemark::results {

// What follows from the samples of a collective, counted as nccl-tests does (doc/PERFORMANCE.md).

/// What turns algorithm bandwidth into bus bandwidth: the share of the bytes that the busiest link carries at least.
/// NaN for an operation that is not known.
double bus_factor(std::string_view op, std::int64_t ranks);

/// Which samples of a record: those with two buffers, or those with one.
enum class CommPlace { kOutOfPlace, kInPlace };

/// False where the record holds no samples of the place.
bool has_place(const CommRecord& record, CommPlace place);

/// [repetition] Seconds of one size: of each repetition's slowest rank. The record holds the place.
std::vector<double> slowest_ranks(const CommRecord& record, CommPlace place, std::size_t size);

/// The mean over the ranks of one size, `seconds` being [size, rank]; NaN where there are none.
double mean_over_ranks(const CommRecord& record, const std::vector<double>& seconds, std::size_t size);

/// nccl-tests' time of one size: that of many calls in a row over their number, mean over the ranks. Where the record
/// lacks it, the median over the repetitions of the slowest rank's.
double comm_seconds(const CommRecord& record, CommPlace place, std::size_t size);

}  // namespace scalemark::results
