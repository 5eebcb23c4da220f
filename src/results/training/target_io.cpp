#include "results/training/target_io.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <set>
#include <span>

#include "core/limits/config_limits.h"
#include "results/datasets.h"
#include "results/labelled_group.h"
#include "results/records.h"
#include "results/schema.h"
#include "results/training/target_series.h"

namespace scalemark::results {
namespace {

std::size_t longest_run(const std::vector<TargetRun>& runs) {
  std::size_t longest = 0;
  for (const TargetRun& run : runs) longest = std::max(longest, run.epochs.size());
  return longest;
}

/// [seed, evaluation]
std::vector<double> padded(const std::vector<TargetRun>& runs, const TargetSeries& series) {
  const std::size_t evaluations = longest_run(runs);
  std::vector<double> all(runs.size() * evaluations, kNotMeasured);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const auto& values = runs[i].*series.values;
    std::copy(values.begin(), values.end(), all.begin() + static_cast<std::ptrdiff_t>(i * evaluations));
  }
  return all;
}

std::vector<std::int64_t> read_of_seeds(const Handle& group, const char* name) {
  const Handle dataset = open_dataset(group, name);
  return read_integers(dataset, checked_shape(dataset, 1));
}

/// Gives each run its row of the series: of epochs up to the first NaN, of others as long as its epochs. A series
/// that the file lacks was not measured.
void read_rows(const Handle& group, const TargetSeries& series, std::vector<TargetRun>& runs) {
  std::vector<double> all;
  std::size_t evaluations = 0;
  if (has_member(group, series.name)) {
    const Handle dataset = open_dataset(group, series.name);
    const Shape shape = checked_shape(dataset, 2);
    if (shape[0] != runs.size()) refuse({dataset.get()}, "has another number of seeds than 'seed'");
    evaluations = static_cast<std::size_t>(shape[1]);
    all = read_reals(dataset, shape);
  }
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const std::span<const double> row = std::span(all).subspan(i * evaluations, evaluations);
    const auto end = std::find_if(row.begin(), row.end(), [](double value) { return std::isnan(value); });
    const auto length =
        series.values == &TargetRun::epochs ? static_cast<std::size_t>(end - row.begin()) : runs[i].epochs.size();
    auto& values = runs[i].*series.values;
    values.assign(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(std::min(length, row.size())));
    values.resize(length, kNotMeasured);
  }
}

bool never_falls(const std::vector<double>& values) {
  return std::all_of(values.begin(), values.end(), [](double value) { return !(value < 0); }) &&
         std::is_sorted(values.begin(), values.end(), [](double left, double right) { return left < right; });
}

bool grows(const std::vector<double>& epochs) {
  return std::all_of(epochs.begin(), epochs.end(), [](double value) { return std::isfinite(value) && value > 0; }) &&
         std::adjacent_find(epochs.begin(), epochs.end(), std::greater_equal<>()) == epochs.end();
}

bool are_fractions(const std::vector<double>& values) {
  return std::all_of(values.begin(), values.end(), [](double value) { return !(value < 0 || value > 1); });
}

std::string complaint_of(const TargetRun& run) {
  for (const TargetSeries& series : target_series()) {
    if ((run.*series.values).size() != run.epochs.size())
      return fmt::format("{} and epochs of seed {} differ in length", series.name, run.seed);
  }
  if (!grows(run.epochs)) return fmt::format("the epochs of seed {} do not grow", run.seed);
  if (!never_falls(run.seconds) || !never_falls(run.images) || !never_falls(run.joules))
    return fmt::format("the seconds, images or joules of seed {} fall", run.seed);
  if (!are_fractions(run.train_accuracy) || !are_fractions(run.test_accuracy))
    return fmt::format("an accuracy of seed {} is no fraction", run.seed);
  return {};
}

}  // namespace

void write_target(const Handle& parent, const std::vector<TargetRun>& runs) {
  if (runs.empty()) return;
  const Handle handle = create_group(parent, schema::kTarget);
  LabelledGroup group(handle);
  std::vector<std::int64_t> seeds;
  std::vector<std::int64_t> ended;
  seeds.reserve(runs.size());
  ended.reserve(runs.size());
  for (const TargetRun& run : runs) {
    seeds.push_back(run.seed);
    ended.push_back(run.ended ? 1 : 0);
  }
  group.add_numbers(schema::kSeed, seeds);
  group.add_index(schema::kEvaluation, longest_run(runs));
  group.write(schema::kEnded, {schema::kSeed}, H5T_STD_I8LE, H5T_NATIVE_INT64, ended.data(),
              {"1", "1 where the seed's training reached the target or its most epochs"});
  for (const TargetSeries& series : target_series()) {
    group.write(series.name, {schema::kSeed, schema::kEvaluation}, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE,
                padded(runs, series).data(), series.quantity);
  }
}

std::vector<TargetRun> read_target(const Handle& parent) {
  const Handle group = open_group(parent, schema::kTarget);
  const std::vector<std::int64_t> seeds = read_of_seeds(group, schema::kSeed);
  const std::vector<std::int64_t> ended = read_of_seeds(group, schema::kEnded);
  const ObjectName what{parent.get(), schema::kTarget};
  if (seeds.size() > kMostSeeds) refuse(what, fmt::format("has more seeds than {}", kMostSeeds).c_str());
  if (ended.size() != seeds.size()) refuse(what, "has data sets of several numbers of seeds");
  std::vector<TargetRun> runs(seeds.size());
  for (std::size_t i = 0; i < runs.size(); ++i) {
    runs[i].seed = seeds[i];
    runs[i].ended = ended[i] != 0;
  }
  // Epochs come first: they say how long a run is.
  for (const TargetSeries& series : target_series()) read_rows(group, series, runs);
  return runs;
}

std::string target_complaint(const std::vector<TargetRun>& runs) {
  std::set<std::int64_t> seeds;
  for (const TargetRun& run : runs) {
    if (!seeds.insert(run.seed).second) return fmt::format("the seed {} is there twice", run.seed);
    if (std::string complaint = complaint_of(run); !complaint.empty()) return complaint;
  }
  return runs.size() > kMostSeeds ? fmt::format("has more seeds than {}", kMostSeeds) : std::string();
}

std::size_t stored_bytes_of(const std::vector<TargetRun>& runs) {
  return runs.size() * (sizeof(TargetRun) + longest_run(runs) * target_series().size() * sizeof(double));
}

}  // namespace scalemark::results
