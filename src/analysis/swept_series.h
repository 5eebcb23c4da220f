#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "analysis/case_set.h"

namespace scalemark::analysis {

inline constexpr const char* kRanksKey = "gpus";
inline constexpr const char* kBatchKey = "batch_size";
inline constexpr const char* kWorkersKey = "loader workers";
inline constexpr const char* kHostTrait = "host";          ///< of files that measured the same work on other hosts
inline constexpr const char* kHeldTrait = "held fixed";    ///< of a row of a scaling table: "global batch 32"
inline constexpr const char* kPublishedTrait = "figures";  ///< "published" of figures that were not measured here

/// What tells a case apart from any other, by name: `gpus`, `batch_size`, mode, and what signature_of() reads for
/// identity (device, model, precision, versions, every key of the config that makes another case).
using Traits = std::map<std::string, std::string>;

Traits traits_of(const MeasuredCase& one);

/// A case, or a row made from one, at its place on an axis.
struct AxisMember {
  std::size_t index = 0;  ///< of the case, for the caller
  double x = 0.0;
  Traits traits{};
};

/// Cases that differ in the axis' key alone: a figure may join them by a line.
struct AxisSeries {
  std::string name{};                  ///< what tells it apart from the other series: "2 ranks, bf16"; or empty
  Traits shared{};                     ///< of its members, without the axis' key
  std::vector<std::size_t> members{};  ///< by x, which differ
  std::vector<double> x{};
  double first_batch = 0.0;  ///< per rank, of its first member
};

/// Series of two members or more along `key`, by ranks and batch. A learning rate may change along with it; along
/// `gpus` the batch per rank and the mode may too, where the caller holds something else fixed. Members without a
/// partner are in none.
std::vector<AxisSeries> series_along(const std::string& key, const std::vector<AxisMember>& members);

/// Names each by what tells it apart from the others.
void name_series(std::vector<AxisSeries>& series);

/// How each of these differs from the others, in words: "2 ranks, batch 32 per rank". What more than half of them agree
/// in goes unsaid, but for ranks and batch; empty where nothing is left.
std::vector<std::string> names_of(const std::vector<Traits>& all);

/// "2 ranks", "bf16", "bucket mebibytes 4", "no cuda graph".
std::string trait_text(const std::string& name, const std::string& value);

/// A key of the config that was swept over numbers, other than ranks and batch.
struct KeySweep {
  std::string key;
  std::vector<AxisSeries> series;  ///< of three values or more; members are indices of the set's cases
};

/// Series of the measured cases along the batch per rank.
std::vector<AxisSeries> batch_series(const CaseSet& set);

std::vector<KeySweep> key_sweeps(const CaseSet& set);

}  // namespace scalemark::analysis
