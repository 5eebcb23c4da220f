#include "results/record_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <set>
#include <stdexcept>

#include "results/execution_columns.h"
#include "results/machine_columns.h"
#include "results/roofline.h"
#include "results/schema.h"
#include "results/step_series.h"
#include "results/training/target_io.h"

namespace scalemark::results {
namespace {

void require(bool condition, const CaseRecord& record, const std::string& complaint) {
  if (!condition) throw std::invalid_argument(fmt::format("case '{}': {}", record.row.case_id, complaint));
}

/// Up to a tebibyte, so that the sum over a case's buckets can always be counted.
bool is_size_of_bucket(std::int64_t bytes) { return bytes >= 0 && bytes <= std::int64_t{1} << 40; }

void check_samples(const StepSamples& samples, const CaseRecord& record, const std::string& name) {
  const std::int64_t per_repetition = samples.steps * samples.ranks;
  const auto count = static_cast<std::int64_t>(samples.seconds.size());
  const bool whole = per_repetition == 0 ? count == 0 : count % per_repetition == 0;
  require(samples.steps >= 0 && samples.ranks >= 0 && whole, record, name + " does not hold whole repetitions");
}

bool same_shape(const StepSamples& left, const StepSamples& right) {
  return left.steps == right.steps && left.ranks == right.ranks && left.seconds.size() == right.seconds.size();
}

/// The items and their arm lie in one group, whose axes they share.
void check_items(const ItemSamples& items, const CaseRecord& record, const char* arm, const std::string& name) {
  const auto found = record.arms.find(arm);
  for (const StepSamples& item : items) {
    check_samples(item, record, name);
    const StepSamples& reference = found == record.arms.end() ? items.front() : found->second;
    require(same_shape(item, reference), record, fmt::format("{} differs in shape from the arm {}", name, arm));
  }
}

void check_step_series(const CaseRecord& record) {
  for (const StepSeries& series : step_series()) {
    for (const auto& [arm, samples] : record.*series.by_arm) {
      const auto found = record.arms.find(arm);
      require(found != record.arms.end() && same_shape(samples, found->second), record,
              fmt::format("{} differs in shape from the arm {}", series.name, arm));
    }
  }
}

bool same_length(std::size_t left, std::size_t right) { return left == 0 || right == 0 || left == right; }

void check_parameters(const CaseRecord& record) {
  std::set<std::string> names(schema::kCaseAttributes.begin(), schema::kCaseAttributes.end());
  for (const auto& text : kExecutionTexts) names.insert(text.name);
  for (const auto& number : kExecutionNumbers) names.insert(number.name);
  for (const auto& number : kDerivedNumbers) names.insert(number.name);
  for (const auto& [name, value] : record.parameters)
    require(!name.empty() && names.insert(name).second, record, fmt::format("the parameter '{}' is there twice", name));
}

void check_arm_names(const CaseRecord& record) {
  const std::set<std::string> taken = {schema::kMachine,         schema::kTarget,       schema::kLoss,
                                       schema::kAccuracy,        schema::kEpochSeconds, schema::kEpoch,
                                       schema::kSplit,           schema::kVisit,        schema::kLossStep,
                                       schema::kVisitRepetition, schema::kStep,         schema::kRepetition};
  for (const auto& [name, samples] : record.arms) {
    require(is_link_name(name) && !taken.contains(name), record, fmt::format("'{}' cannot be an arm's name", name));
    check_samples(samples, record, name);
  }
}

void check_machine(const CaseRecord& record) {
  std::size_t size = 0;
  for (const auto& column : machine_columns()) {
    const auto& values = record.machine.*column.values;
    require(same_length(size, values.size()), record, fmt::format("{} differs in length from the others", column.name));
    size = std::max(size, values.size());
  }
  const std::int64_t ranks = record.machine.ranks;
  require(size == 0 || (ranks > 0 && static_cast<std::int64_t>(size) % ranks == 0), record,
          "the machine's samples do not hold whole repetitions");
}

}  // namespace

bool is_link_name(const std::string& name) {
  return !name.empty() && name.find('/') == std::string::npos && name != "." && name != "..";
}

void check_record(const CaseRecord& record) {
  require(is_link_name(record.row.case_id), record, "the name cannot be that of a group");
  check_parameters(record);
  check_arm_names(record);
  check_step_series(record);
  check_machine(record);
  check_items(record.bucket_seconds, record, schema::kCommOnly, "bucket_seconds");
  check_items(record.phase_seconds, record, schema::kPhases, "phase_seconds");
  check_items(record.bucket_ready_seconds, record, schema::kPhases, "bucket_ready_seconds");
  if (!record.phase_seconds.empty() && !record.bucket_ready_seconds.empty())
    require(same_shape(record.phase_seconds.front(), record.bucket_ready_seconds.front()), record,
            "phase_seconds and bucket_ready_seconds differ in shape");
  require(record.phase_seconds.empty() || record.phase_seconds.size() == record.phase_names.size(), record,
          "phase_seconds and phase_names differ in length");
  require(same_length(record.bucket_seconds.size(), record.bucket_bytes.size()), record,
          "bucket_seconds and bucket_bytes differ in length");
  require(std::ranges::all_of(record.bucket_bytes, is_size_of_bucket), record,
          "bucket_bytes holds no size of a bucket");
  require(same_length(record.epoch_seconds.size(), record.accuracy.size()), record,
          "epoch_seconds and accuracy differ in length");
  const std::string complaint = target_complaint(record.target_runs);
  require(complaint.empty(), record, complaint);
}

void round_to_stored_precision(CaseRecord& record) {
  // volatile: from -O2 on, g++ 12.2 drops the rounding of two neighbours when it vectorizes them.
  const auto as_float32 = [](double value) {
    const volatile auto stored = static_cast<float>(value);
    return static_cast<double>(stored);
  };
  if (!record.loss_is_float64) std::transform(record.loss.begin(), record.loss.end(), record.loss.begin(), as_float32);
  for (auto& epoch : record.accuracy) std::transform(epoch.begin(), epoch.end(), epoch.begin(), as_float32);
}

}  // namespace scalemark::results
