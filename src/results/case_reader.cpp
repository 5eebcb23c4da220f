#include <algorithm>
#include <sstream>

#include "results/attributes.h"
#include "results/case_io.h"
#include "results/datasets.h"
#include "results/execution_columns.h"
#include "results/machine_columns.h"
#include "results/roofline.h"
#include "results/schema.h"
#include "results/step_series.h"
#include "results/training/target_io.h"

namespace scalemark::results {
namespace {

using namespace schema;

std::int64_t integer_of(const ParameterValue& value, ObjectName what) {
  const auto* const integer = std::get_if<std::int64_t>(&value);
  if (integer == nullptr) refuse(what, "is not an integer");
  return *integer;
}

std::vector<std::string> lines_of(const ParameterValue& value, ObjectName what) {
  const auto* const text = std::get_if<std::string>(&value);
  if (text == nullptr) refuse(what, "is not a text");
  std::vector<std::string> lines;
  std::istringstream stream(*text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

/// Whether the attribute was one of the execution's.
bool read_execution(const std::string& name, const ParameterValue& value, ObjectName what, Execution& execution) {
  for (const auto& [known, member] : kExecutionTexts) {
    if (name != known) continue;
    const auto* const text = std::get_if<std::string>(&value);
    if (text == nullptr) refuse(what, "is not a text");
    execution.*member = *text;
    return true;
  }
  for (const auto& [known, member] : kExecutionNumbers) {
    if (name != known) continue;
    const auto* const number = std::get_if<double>(&value);
    if (number == nullptr) refuse(what, "is not a real");
    execution.*member = *number;
    return true;
  }
  return std::ranges::any_of(kDerivedNumbers, [&](const DerivedNumber& derived) { return name == derived.name; });
}

void read_case_attributes(const Handle& group, CaseRecord& record) {
  for (auto& [name, value] : read_attributes(group)) {
    const ObjectName what{group.get(), name};
    if (name == kImages) {
      record.images = integer_of(value, what);
    } else if (name == kPlannedRepetitions) {
      record.planned_repetitions = integer_of(value, what);
    } else if (name == kWantedRepetitions) {
      record.wanted_repetitions = integer_of(value, what);
    } else if (name == kInterruptions) {
      record.interruptions = integer_of(value, what);
    } else if (name == kGradients) {
      record.gradients = integer_of(value, what);
    } else if (name == kConvolutionLayers) {
      record.convolution_layers = integer_of(value, what);
    } else if (name == kSkippedSteps) {
      record.skipped_steps = integer_of(value, what);
    } else if (name == kSkippedImageNames) {
      record.skipped_images = lines_of(value, what);
    } else if (!read_execution(name, value, what, record.execution) && name != kStatus && name != kReason &&
               name != kSkippedImages) {
      record.parameters.emplace_back(std::move(name), std::move(value));
    }
  }
}

/// The reals of `name` and their shape; empty where the group has no such data set.
struct Reals {
  Shape shape;
  std::vector<double> values;
  bool is_float64 = false;
};

Reals read_series(const Handle& group, const std::string& name, int rank) {
  if (!has_member(group, name)) return {Shape(static_cast<std::size_t>(rank)), {}, false};
  const Handle dataset = open_dataset(group, name);
  Reals reals{checked_shape(dataset, rank), {}, false};
  reals.values = read_reals(dataset, reals.shape);
  const Handle type = take(H5Dget_type(dataset.get()), "read the type of", {dataset.get()});
  reals.is_float64 = H5Tget_size(type.get()) == sizeof(double);
  return reals;
}

void read_own_series(const Handle& group, CaseRecord& record) {
  Reals loss = read_series(group, kLoss, 1);
  record.loss = std::move(loss.values);
  record.loss_is_float64 = loss.is_float64;
  record.epoch_seconds = read_series(group, kEpochSeconds, 1).values;
  const Reals accuracy = read_series(group, kAccuracy, 2);
  if (accuracy.shape[0] > 0 && accuracy.shape[1] != 2) refuse({group.get(), kAccuracy}, "has other splits than 2");
  for (std::size_t i = 0; i + 1 < accuracy.values.size(); i += 2)
    record.accuracy.push_back({accuracy.values[i], accuracy.values[i + 1]});
}

void read_visits(const Handle& group, CaseRecord& record) {
  if (!has_member(group, kVisit)) return;
  const Handle visits = open_dataset(group, kVisit);
  record.visits = read_integers(visits, checked_shape(visits, 1));
}

StepSamples samples_of(const Shape& last_axes, std::vector<double> seconds) {
  return {static_cast<std::int64_t>(last_axes[0]), static_cast<std::int64_t>(last_axes[1]), std::move(seconds)};
}

StepSamples read_steps(const Handle& group, const char* name) {
  Reals reals = read_series(group, name, 3);
  return samples_of({reals.shape[1], reals.shape[2]}, std::move(reals.values));
}

/// [item, repetition, step, rank], cut into items.
ItemSamples read_items(const Handle& group, const std::string& name) {
  const Reals reals = read_series(group, name, 4);
  const auto items = static_cast<std::size_t>(reals.shape[0]);
  constexpr std::size_t kMostItems = 1 << 20;
  if (items > kMostItems) refuse({group.get(), name}, "has an absurd shape");
  ItemSamples samples;
  const std::size_t size = items == 0 ? 0 : reals.values.size() / items;
  for (std::size_t i = 0; i < items; ++i) {
    const double* const begin = reals.values.data() + i * size;
    samples.push_back(samples_of({reals.shape[2], reals.shape[3]}, std::vector<double>(begin, begin + size)));
  }
  return samples;
}

void read_comm_only(const Handle& group, CaseRecord& record) {
  record.bucket_seconds = read_items(group, kBucketSeconds);
  if (!has_member(group, kBucketBytes)) return;
  const Handle bytes = open_dataset(group, kBucketBytes);
  record.bucket_bytes = read_integers(bytes, checked_shape(bytes, 1));
}

void read_phases(const Handle& group, CaseRecord& record) {
  record.phase_seconds = read_items(group, kPhaseSeconds);
  record.bucket_ready_seconds = read_items(group, kBucketReadySeconds);
  if (has_member(group, kPhase)) record.phase_names = read_texts(group, kPhase);
}

void read_arm(const Handle& parent, const std::string& name, CaseRecord& record) {
  const Handle group = open_group(parent, name);
  if (has_member(group, kStepSeconds)) record.arms[name] = read_steps(group, kStepSeconds);
  for (const StepSeries& series : step_series()) {
    if (has_member(group, series.name)) (record.*series.by_arm)[name] = read_steps(group, series.name);
  }
  if (name == kCommOnly) read_comm_only(group, record);
  if (name == kPhases) read_phases(group, record);
}

void read_machine(const Handle& parent, MachineSamples& machine) {
  const Handle group = open_group(parent, kMachine);
  for (const auto& column : machine_columns()) {
    Reals reals = read_series(group, column.name, 2);
    if (reals.values.empty()) continue;
    machine.ranks = static_cast<std::int64_t>(reals.shape[1]);
    machine.*column.values = std::move(reals.values);
  }
}

bool is_group(const Handle& parent, const std::string& name) {
  const ObjectName what{parent.get(), name};
  if (!has_member(parent, name)) return false;
  const Handle object = take(H5Oopen(parent.get(), name.c_str(), H5P_DEFAULT), "open", what);
  return H5Iget_type(object.get()) == H5I_GROUP;
}

}  // namespace

CaseRecord read_case(const Handle& cases, CaseRow row, std::vector<RankRow> rank_rows, bool samples) {
  CaseRecord record;
  record.row = std::move(row);
  record.rank_rows = std::move(rank_rows);
  const Handle group = open_group(cases, record.row.case_id);
  read_case_attributes(group, record);
  record.row.in_flight = is_first_in_flight(record);  // whatever the version that wrote it
  if (!samples) return record;
  read_own_series(group, record);
  read_visits(group, record);
  for (const std::string& name : member_names(group)) {
    if (!is_group(group, name)) continue;
    if (name == kMachine) {
      read_machine(group, record.machine);
    } else if (name == kTarget) {
      record.target_runs = read_target(group);
    } else {
      read_arm(group, name, record);
    }
  }
  return record;
}

}  // namespace scalemark::results
