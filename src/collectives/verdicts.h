#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "collectives/operation.h"
#include "core/statistics.h"
#include "results/records.h"

namespace scalemark::collectives {

/// The share that a verdict asks for where the user names none. NCCL's figures of links are met within some per cent,
/// and two jobs on healthy nodes differ by less than a tenth.
inline constexpr double kGateByLinks = 0.8;
inline constexpr double kGateByBaseline = 0.9;

enum class Outcome {
  kReached,
  kBelow,          ///< the whole interval lies below the gate
  kUnclear,        ///< the estimate lies below the gate, and the interval reaches it
  kNotComparable,  ///< the switches reduce or copy: fewer bytes cross the links than the bus bandwidth counts
  kNotJudged,
};

/// What the links carry is measured from here on; smaller ones measure latency.
inline constexpr std::int64_t kLeastLargeBytes = std::int64_t{16} << 20;

const char* to_string(Outcome outcome);

/// How fast one collective was at the sizes of a class, as a share of what it should reach.
struct Verdict {
  std::string collective;
  const char* size_class = "";  ///< "small" below 64 KiB, "medium", "large" from 16 MiB on
  const char* judged_by = "";   ///< "baseline" or "links"
  std::int64_t sizes = 0;       ///< that were judged; two buffers and one are two
  /// Of the bandwidth, and so of the inverse time. NaN where nothing was judged; bounds NaN below two repetitions.
  Interval share{results::kNotMeasured, results::kNotMeasured, results::kNotMeasured};
  std::int64_t worst_bytes = 0;  ///< the size with the least share
  double worst_share = results::kNotMeasured;
  double gate = results::kNotMeasured;
  Outcome outcome = Outcome::kNotJudged;
  std::string remark{};
};

/// What `found` reaches of `baseline`, one verdict for each class of sizes that both hold. The share of a class is the
/// geometric mean over its sizes of baseline's mean time over found's; each time is the slowest rank's of a repetition.
std::vector<Verdict> verdicts_by_baseline(const results::CommRecord& found, const results::CommRecord& baseline,
                                          double gate);

/// What the best of the large sizes reaches of found.expected_bus_bandwidth. Smaller sizes measure latency, for which
/// no figure is published.
Verdict verdict_by_links(const Operation& operation, const results::CommRecord& found, double gate);

/// What is to be measured, beside a baseline.
struct PlannedCollective {
  const Operation& operation;
  std::string type;
  std::string backend;
  std::int64_t ranks;
  std::vector<std::int64_t> bytes;
};

/// @param name  of the baseline's file, for messages.
/// @throws InputError where the baseline lacks the collective, measured it otherwise, or shares no size with it.
void refuse_other_baseline(const PlannedCollective& planned, std::span<const results::CommRecord> baseline,
                           const std::string& name);

/// Table for people, each line behind a #; empty without verdicts.
std::string verdict_table(std::span<const Verdict> verdicts);

/// Whether any verdict is below; whether any was judged.
bool any_below(std::span<const Verdict> verdicts);
bool any_judged(std::span<const Verdict> verdicts);

}  // namespace scalemark::collectives
