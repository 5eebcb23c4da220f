#include "results/record_comparison.h"

#include <gtest/gtest.h>

#include <cmath>
#include <span>
#include <tuple>

#include "results/execution_columns.h"
#include "results/machine_columns.h"
#include "results/quantities.h"
#include "results/step_series.h"
#include "results/training/target_series.h"

namespace scalemark::results::testing {
namespace {

bool same(double expected, double found) { return expected == found || (std::isnan(expected) && std::isnan(found)); }

bool same(const ParameterValue& expected, const ParameterValue& found) {
  const auto* const left = std::get_if<double>(&expected);
  const auto* const right = std::get_if<double>(&found);
  return left != nullptr && right != nullptr ? same(*left, *right) : expected == found;
}

void expect_values(std::span<const double> expected, std::span<const double> found, const char* name) {
  ASSERT_EQ(expected.size(), found.size()) << name;
  for (std::size_t i = 0; i < expected.size(); ++i)
    EXPECT_TRUE(same(expected[i], found[i])) << name << "[" << i << "]: " << expected[i] << " " << found[i];
}

void expect_samples(const StepSamples& expected, const StepSamples& found, const char* name) {
  EXPECT_EQ(expected.steps, found.steps) << name;
  EXPECT_EQ(expected.ranks, found.ranks) << name;
  expect_values(expected.seconds, found.seconds, name);
}

void expect_items(const ItemSamples& expected, const ItemSamples& found, const char* name) {
  ASSERT_EQ(expected.size(), found.size()) << name;
  for (std::size_t i = 0; i < expected.size(); ++i) expect_samples(expected[i], found[i], name);
}

void expect_arms(const StepsByArm& expected, const StepsByArm& found) {
  ASSERT_EQ(expected.size(), found.size());
  for (const auto& [name, samples] : expected) {
    ASSERT_TRUE(found.contains(name)) << name;
    expect_samples(samples, found.at(name), name.c_str());
  }
}

template <class Value>
bool same_value(const Value& expected, const Value& found) {
  return expected == found;
}
bool same_value(double expected, double found) { return same(expected, found); }

template <class Row>
void expect_rows(const Row& expected, const Row& found) {
  for (const auto& column : table_columns<Row>()) {
    std::visit([&](auto member) { EXPECT_TRUE(same_value(expected.*member, found.*member)) << column.name; },
               column.member);
  }
}

void expect_rank_rows(const std::vector<RankRow>& expected, const std::vector<RankRow>& found) {
  ASSERT_EQ(expected.size(), found.size());
  for (std::size_t i = 0; i < expected.size(); ++i) expect_rows(expected[i], found[i]);
}

void expect_parameters(const CaseRecord& expected, const CaseRecord& found) {
  ASSERT_EQ(expected.parameters.size(), found.parameters.size());
  for (std::size_t i = 0; i < expected.parameters.size(); ++i) {
    EXPECT_EQ(expected.parameters[i].first, found.parameters[i].first);
    EXPECT_TRUE(same(expected.parameters[i].second, found.parameters[i].second)) << expected.parameters[i].first;
  }
}

void expect_target_runs(const std::vector<TargetRun>& expected, const std::vector<TargetRun>& found) {
  ASSERT_EQ(expected.size(), found.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(expected[i].seed, found[i].seed);
    EXPECT_EQ(expected[i].ended, found[i].ended);
    for (const TargetSeries& series : target_series())
      expect_values(expected[i].*series.values, found[i].*series.values, series.name);
  }
}

void expect_provenance(const Provenance& expected, const Provenance& found) {
  const auto all = [](const Provenance& item) {
    return std::tie(item.config, item.config_hash, item.command_line, item.environment, item.versions, item.hosts,
                    item.devices, item.topology, item.peaks, item.startup_seconds);
  };
  EXPECT_EQ(all(expected), all(found));
}

}  // namespace

void expect_same(const CaseRecord& expected, const CaseRecord& found) {
  expect_rows(expected.row, found.row);
  expect_rank_rows(expected.rank_rows, found.rank_rows);
  expect_parameters(expected, found);
  expect_arms(expected.arms, found.arms);
  for (const StepSeries& series : step_series()) expect_arms(expected.*series.by_arm, found.*series.by_arm);
  EXPECT_EQ(expected.bucket_bytes, found.bucket_bytes);
  expect_items(expected.bucket_seconds, found.bucket_seconds, "bucket_seconds");
  EXPECT_EQ(expected.phase_names, found.phase_names);
  expect_items(expected.phase_seconds, found.phase_seconds, "phase_seconds");
  expect_items(expected.bucket_ready_seconds, found.bucket_ready_seconds, "bucket_ready_seconds");
  EXPECT_EQ(expected.machine.ranks, found.machine.ranks);
  for (const auto& column : machine_columns())
    expect_values(expected.machine.*column.values, found.machine.*column.values, column.name);
  for (const auto& [name, value] : kExecutionTexts)
    EXPECT_EQ(expected.execution.*value, found.execution.*value) << name;
  for (const auto& [name, value] : kExecutionNumbers) {
    EXPECT_TRUE(same(expected.execution.*value, found.execution.*value)) << name;
  }
  expect_values(expected.loss, found.loss, "loss");
  EXPECT_EQ(expected.loss_is_float64, found.loss_is_float64);
  expect_values(expected.epoch_seconds, found.epoch_seconds, "epoch_seconds");
  ASSERT_EQ(expected.accuracy.size(), found.accuracy.size());
  for (std::size_t i = 0; i < expected.accuracy.size(); ++i)
    expect_values(expected.accuracy[i], found.accuracy[i], "accuracy");
  EXPECT_EQ(expected.images, found.images);
  expect_target_runs(expected.target_runs, found.target_runs);
  EXPECT_EQ(expected.visits, found.visits);
  EXPECT_EQ(expected.planned_repetitions, found.planned_repetitions);
  EXPECT_EQ(expected.wanted_repetitions, found.wanted_repetitions);
  EXPECT_EQ(expected.interruptions, found.interruptions);
  EXPECT_EQ(expected.gradients, found.gradients);
  EXPECT_EQ(expected.convolution_layers, found.convolution_layers);
  EXPECT_EQ(expected.skipped_steps, found.skipped_steps);
  EXPECT_EQ(expected.skipped_images, found.skipped_images);
}

void expect_same(const CommRecord& expected, const CommRecord& found) {
  const auto exact = [](const CommRecord& record) {
    return std::tie(record.op, record.backend, record.type, record.repetitions, record.ranks, record.bytes,
                    record.wrong, record.in_place_wrong, record.choices, record.links);
  };
  EXPECT_EQ(exact(expected), exact(found)) << expected.op;
  expect_values(expected.seconds, found.seconds, "seconds");
  expect_values(expected.in_place_seconds, found.in_place_seconds, "in_place_seconds");
  EXPECT_TRUE(same(expected.expected_bus_bandwidth, found.expected_bus_bandwidth));
  for (const auto member : {&InARow::queued_seconds, &InARow::call_seconds, &InARow::graph_seconds}) {
    expect_values(expected.in_a_row.*member, found.in_a_row.*member, "in a row");
    expect_values(expected.in_place_in_a_row.*member, found.in_place_in_a_row.*member, "in a row, in place");
  }
}

void expect_same(const ResultFile& expected, const ResultFile& found) {
  const auto texts = [](const ResultFile& file) {
    return std::tie(file.title, file.institution, file.source, file.history, file.created, file.software_version,
                    file.git_commit);
  };
  EXPECT_EQ(texts(expected), texts(found));
  expect_provenance(expected.provenance, found.provenance);
  ASSERT_EQ(expected.cases.size(), found.cases.size());
  for (std::size_t i = 0; i < expected.cases.size(); ++i) expect_same(expected.cases[i], found.cases[i]);
  ASSERT_EQ(expected.comm.size(), found.comm.size());
  for (std::size_t i = 0; i < expected.comm.size(); ++i) expect_same(expected.comm[i], found.comm[i]);
}

}  // namespace scalemark::results::testing
