#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

#include "results/attributes.h"
#include "results/case_io.h"
#include "results/execution_columns.h"
#include "results/labelled_group.h"
#include "results/machine_columns.h"
#include "results/roofline.h"
#include "results/schema.h"
#include "results/step_series.h"
#include "results/training/target_io.h"

namespace scalemark::results {
namespace {

using namespace schema;

std::string joined_lines(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += text.empty() ? line : '\n' + line;
  return text;
}

void write_execution(const Handle& group, const CaseRecord& record) {
  const auto write_known = [&](const char* name, double value) {
    if (!std::isnan(value)) write_attribute(group, name, value);
  };
  for (const auto& [name, value] : kExecutionTexts) {
    if (!(record.execution.*value).empty()) write_attribute(group, name, record.execution.*value);
  }
  for (const auto& [name, value] : kExecutionNumbers) write_known(name, record.execution.*value);
  for (const auto& [name, value] : kDerivedNumbers) write_known(name, value(record));
}

void write_attributes(const Handle& group, const CaseRecord& record) {
  write_attribute(group, kStatus, std::string(to_string(record.row.status)));
  write_attribute(group, kReason, record.row.reason);
  write_attribute(group, kImages, record.images);
  write_attribute(group, kPlannedRepetitions, record.planned_repetitions);
  write_attribute(group, kInterruptions, record.interruptions);
  const auto write_known = [&](const char* name, std::optional<std::int64_t> count) {
    if (count) write_attribute(group, name, *count);
  };
  write_known(kWantedRepetitions, record.wanted_repetitions);
  write_known(kGradients, record.gradients);
  write_known(kConvolutionLayers, record.convolution_layers);
  write_known(kSkippedSteps, record.skipped_steps);
  write_attribute(group, kSkippedImages, static_cast<std::int64_t>(record.skipped_images.size()));
  write_attribute(group, kSkippedImageNames, joined_lines(record.skipped_images));
  write_execution(group, record);
  for (const auto& [name, value] : record.parameters) write_attribute(group, name, value);
}

void write_reals(LabelledGroup& group, const std::string& name, const std::vector<std::string>& dimensions,
                 const std::vector<double>& values, const Quantity& quantity) {
  group.write(name, dimensions, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, values.data(), quantity);
}

void write_loss(LabelledGroup& group, const CaseRecord& record) {
  if (record.loss.empty() && !record.loss_is_float64) return;
  group.add_index(kLossStep, record.loss.size());
  group.write(kLoss, {kLossStep}, record.loss_is_float64 ? H5T_IEEE_F64LE : H5T_IEEE_F32LE, H5T_NATIVE_DOUBLE,
              record.loss.data(), {"1", "mean loss over ranks, full arm, first repetition, warm-up included"});
}

void write_epochs(LabelledGroup& group, const CaseRecord& record) {
  const std::size_t epochs = std::max(record.epoch_seconds.size(), record.accuracy.size());
  if (epochs == 0) return;
  group.add_index(kEpoch, epochs);
  if (!record.epoch_seconds.empty())
    write_reals(group, kEpochSeconds, {kEpoch}, record.epoch_seconds, {"s", "time of one epoch, first repetition"});
  if (record.accuracy.empty()) return;
  group.add_labels(kSplit, std::vector<std::string>{"train", "test"});
  group.write(kAccuracy, {kEpoch, kSplit}, H5T_IEEE_F32LE, H5T_NATIVE_DOUBLE, record.accuracy.data(),
              {"1", "fraction of images classified right"});
}

void write_visits(LabelledGroup& group, const CaseRecord& record) {
  if (record.visits.empty()) return;
  group.add_index(kVisitRepetition, record.visits.size());
  group.write(kVisit, {kVisitRepetition}, H5T_STD_I64LE, H5T_NATIVE_INT64, record.visits.data(),
              {"1", "place of the repetition in the order of this file's repetitions, from 0; -1: not recorded"});
}

std::vector<double> joined(const ItemSamples& items) {
  std::vector<double> all;
  for (const StepSamples& item : items) all.insert(all.end(), item.seconds.begin(), item.seconds.end());
  return all;
}

void write_items(LabelledGroup& group, const std::string& name, const char* item_dimension, const ItemSamples& items,
                 const Quantity& quantity) {
  if (items.empty()) return;
  write_reals(group, name, {item_dimension, kRepetition, kStep, kRank}, joined(items), quantity);
}

void write_buckets(LabelledGroup& group, const CaseRecord& record) {
  const std::size_t buckets = std::max(record.bucket_bytes.size(), record.bucket_seconds.size());
  if (buckets == 0) return;
  group.add_index(kBucket, buckets);
  if (!record.bucket_bytes.empty())
    group.write(kBucketBytes, {kBucket}, H5T_STD_I64LE, H5T_NATIVE_INT64, record.bucket_bytes.data(),
                {"byte", "size of the bucket, in the order of reduction"});
  write_items(group, kBucketSeconds, kBucket, record.bucket_seconds, {"s", "time to reduce the bucket alone"});
}

void write_phases(LabelledGroup& group, const CaseRecord& record) {
  if (!record.phase_names.empty()) group.add_labels(kPhase, record.phase_names);
  write_items(group, kPhaseSeconds, kPhase, record.phase_seconds, {"s", "time of one phase of a step on one rank"});
  if (record.bucket_ready_seconds.empty()) return;
  group.add_index(kBucket, record.bucket_ready_seconds.size());
  write_items(group, kBucketReadySeconds, kBucket, record.bucket_ready_seconds,
              {"s", "time from the start of backward until the bucket's gradients were there"});
}

/// The arm's own samples, or those of an item, which have the same shape; null where there are neither.
const StepSamples* axes_of(const std::string& arm, const CaseRecord& record) {
  if (const auto found = record.arms.find(arm); found != record.arms.end()) return &found->second;
  if (arm == kCommOnly && !record.bucket_seconds.empty()) return &record.bucket_seconds.front();
  if (arm == kPhases && !record.phase_seconds.empty()) return &record.phase_seconds.front();
  if (arm == kPhases && !record.bucket_ready_seconds.empty()) return &record.bucket_ready_seconds.front();
  return nullptr;
}

void write_arm(const Handle& parent, const std::string& arm, const CaseRecord& record) {
  const Handle handle = create_group(parent, arm);
  LabelledGroup group(handle);
  if (const StepSamples* axes = axes_of(arm, record)) {
    group.add_index(kRepetition, static_cast<hsize_t>(axes->repetitions()));
    group.add_index(kStep, static_cast<hsize_t>(axes->steps));
    group.add_index(kRank, static_cast<hsize_t>(axes->ranks));
  }
  const auto write_steps = [&](const char* name, const StepsByArm& by_arm, const Quantity& quantity) {
    if (const auto found = by_arm.find(arm); found != by_arm.end())
      write_reals(group, name, {kRepetition, kStep, kRank}, found->second.seconds, quantity);
  };
  write_steps(kStepSeconds, record.arms, {"s", "time of one step on one rank"});
  for (const StepSeries& series : step_series()) write_steps(series.name, record.*series.by_arm, series.quantity);
  if (arm == kCommOnly) write_buckets(group, record);
  if (arm == kPhases) write_phases(group, record);
}

void write_machine(const Handle& parent, const MachineSamples& machine) {
  const auto& columns = machine_columns();
  const auto held = std::find_if(columns.begin(), columns.end(),
                                 [&](const auto& column) { return !(machine.*column.values).empty(); });
  if (held == columns.end()) return;
  const Handle handle = create_group(parent, kMachine);
  LabelledGroup group(handle);
  group.add_index(kRepetition, (machine.*held->values).size() / static_cast<std::size_t>(machine.ranks));
  group.add_index(kRank, static_cast<hsize_t>(machine.ranks));
  for (const auto& column : columns) {
    const auto& values = machine.*column.values;
    if (!values.empty())
      write_reals(group, column.name, {kRepetition, kRank}, values, {column.units, column.long_name});
  }
}

std::set<std::string> arm_names(const CaseRecord& record) {
  std::set<std::string> names;
  for (const auto& [name, samples] : record.arms) names.insert(name);
  if (!record.bucket_bytes.empty() || !record.bucket_seconds.empty()) names.insert(kCommOnly);
  if (!record.phase_names.empty() || !record.bucket_ready_seconds.empty()) names.insert(kPhases);
  return names;
}

}  // namespace

void write_case(const Handle& cases, const CaseRecord& record) {
  const Handle handle = create_group(cases, record.row.case_id);
  write_attributes(handle, record);
  LabelledGroup group(handle);
  write_loss(group, record);
  write_epochs(group, record);
  write_visits(group, record);
  for (const std::string& arm : arm_names(record)) write_arm(handle, arm, record);
  write_machine(handle, record.machine);
  write_target(handle, record.target_runs);
}

}  // namespace scalemark::results
