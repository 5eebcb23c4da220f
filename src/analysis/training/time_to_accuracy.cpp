#include "analysis/training/time_to_accuracy.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>
#include <variant>

#include "analysis/training/product_of_means.h"
#include "core/quantity_text.h"
#include "results/training/target_summary.h"

namespace scalemark::analysis {
namespace {

using results::TargetRun;

constexpr const char* kGlobalBatchTrait = "global batch";
constexpr const char* kRateKey = "train.learning_rate";

double parameter_of(const results::CaseRecord& record, std::string_view key) {
  const auto* value = results::find_parameter(record, key);
  if (const auto* real = std::get_if<double>(value)) return *real;
  if (const auto* whole = std::get_if<std::int64_t>(value)) return static_cast<double>(*whole);
  return results::kNotMeasured;
}

AccuracyCurve curve_of(const TargetRun& run, std::int64_t images) {
  AccuracyCurve curve{run.seed, run.seconds, {}, run.test_accuracy};
  curve.epochs.reserve(run.images.size());
  for (const double trained : run.images) curve.epochs.push_back(trained / static_cast<double>(images));
  return curve;
}

void read_runs(const results::CaseRecord& record, TimeToAccuracy& one) {
  for (const TargetRun& run : record.target_runs) {
    ++one.seeds;
    one.curves.push_back(curve_of(run, record.images));
    const auto at = results::reached_at(run, one.target);
    if (at) {
      ++one.reached;
      one.crossings.push_back({run.seed, results::crossing_at(run.seconds, *at), results::crossing_at(run.images, *at),
                               results::crossing_at(run.joules, *at)});
    } else if (!run.ended) {
      ++one.unfinished;
    }
  }
}

std::string why_withheld(const results::CaseRow& row, const TimeToAccuracy& one) {
  if (row.status != results::CaseStatus::kOk)
    return fmt::format("{}{}{}", results::status_text(row), row.reason.empty() ? "" : ": ", row.reason);
  if (one.seeds == 0) return "no seed was trained";
  if (one.unfinished > 0) return fmt::format("{} did not end", counted(one.unfinished, "seed"));
  if (one.reached == one.seeds) return "";
  return fmt::format("{} of {} reached the target", one.reached, counted(one.seeds, "seed"));
}

std::vector<Crossing> crossings_of(const TimeToAccuracy& one, Crossing SeedCrossing::*what) {
  std::vector<Crossing> all;
  all.reserve(one.crossings.size());
  for (const auto& seed : one.crossings) all.push_back(seed.*what);
  return all;
}

/// Of all that was trained by the seeds that ended, each up to its target or its last epoch.
Interval rate_of(const std::vector<TargetRun>& runs, double target) {
  std::vector<double> images;
  std::vector<double> seconds;
  for (const TargetRun& run : runs) {
    if (!run.ended || run.images.empty()) continue;
    const std::size_t at = results::reached_at(run, target).value_or(run.images.size() - 1);
    images.push_back(run.images[at]);
    seconds.push_back(run.seconds[at]);
  }
  return images.empty() ? kNoInterval : ProductOfMeans().times(images).over(seconds).interval();
}

double best_accuracy_of(const std::vector<TargetRun>& runs) {
  double sum = 0.0;
  double count = 0.0;
  for (const TargetRun& run : runs) {
    if (run.test_accuracy.empty()) continue;
    sum += *std::ranges::max_element(run.test_accuracy);
    count += 1.0;
  }
  return count > 0.0 ? sum / count : results::kNotMeasured;
}

TimeToAccuracy time_of(const MeasuredCase& measured, std::size_t case_index) {
  const results::CaseRecord& record = *measured.record;
  TimeToAccuracy one;
  one.key = measured.key;
  one.case_index = case_index;
  one.target = results::target_accuracy(record);
  one.most_epochs = parameter_of(record, "measure.target.most_epochs");
  one.evaluate_every_epochs = parameter_of(record, "measure.target.evaluate_every");
  one.learning_rate = parameter_of(record, kRateKey);
  one.traits = traits_of(measured);
  read_runs(record, one);
  one.best_accuracy = best_accuracy_of(record.target_runs);
  one.images_per_second = rate_of(record.target_runs, one.target);
  one.withheld = why_withheld(record.row, one);
  if (!one.has_time()) return one;
  one.seconds = mean_of_crossings(crossings_of(one, &SeedCrossing::seconds));
  one.images = mean_of_crossings(crossings_of(one, &SeedCrossing::images));
  one.joules = mean_of_crossings(crossings_of(one, &SeedCrossing::joules));
  if (record.images > 0) one.epochs = scaled(one.images, 1.0 / static_cast<double>(record.images));
  return one;
}

/// What is left of the traits beside ranks and batch, and what goes along with these.
Traits technique_traits(Traits traits) {
  for (const char* said : {kRanksKey, kBatchKey, "mode", kRateKey}) traits.erase(said);
  return traits;
}

using Counts = std::map<std::string, std::size_t>;

/// Whether a value is a technique: any text that is no switch, a number that is not 0, and of a switch what fewer have.
bool is_said(const std::string& value, const Counts& counts) {
  if (value == "true" || value == "false") {
    const auto most = std::ranges::max_element(counts, {}, &Counts::value_type::second);
    return value != most->first;
  }
  return value != "0";
}

/// "sgd", "sgd, warmup epochs 1": what differs between the cases, each with its own value.
void name_techniques(std::vector<TimeToAccuracy>& times) {
  std::map<std::string, Counts> values;
  for (const auto& one : times) {
    for (const auto& [name, value] : technique_traits(one.traits)) ++values[name][value];
  }
  std::erase_if(values, [&times](const auto& one) { return one.second.begin()->second == times.size(); });
  for (auto& one : times) {
    std::vector<std::string> parts;
    for (const auto& [name, value] : technique_traits(one.traits)) {
      const auto differing = values.find(name);
      if (differing != values.end() && is_said(value, differing->second)) parts.push_back(trait_text(name, value));
    }

    one.technique = fmt::format("{}", fmt::join(parts, ", "));
  }
}

}  // namespace

std::string seeds_text(const TimeToAccuracy& one) {
  std::string text = fmt::format("{} of {}", one.reached, one.seeds);
  if (one.unfinished > 0) text += fmt::format(", {} unfinished", one.unfinished);
  return text;
}

std::vector<TimeToAccuracy> times_to_accuracy(const CaseSet& set) {
  std::vector<TimeToAccuracy> times;
  for (std::size_t index = 0; index < set.cases.size(); ++index) {
    const MeasuredCase& one = set.cases[index];
    if (std::isfinite(results::target_accuracy(*one.record))) times.push_back(time_of(one, index));
  }
  name_techniques(times);
  return times;
}

std::vector<AxisSeries> epochs_by_batch(std::span<const TimeToAccuracy> times) {
  std::vector<AxisMember> members;
  for (std::size_t index = 0; index < times.size(); ++index) {
    const TimeToAccuracy& one = times[index];
    if (!one.has_time() || !std::isfinite(one.epochs.estimate)) continue;
    Traits traits = one.traits;
    traits.erase(kBatchKey);
    traits[kGlobalBatchTrait] = fmt::format("{}", one.key.global_batch);
    members.push_back({index, static_cast<double>(one.key.global_batch), std::move(traits)});
  }
  return series_along(kGlobalBatchTrait, members);
}

}  // namespace scalemark::analysis
