#include "results/record_checks.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <limits>
#include <stdexcept>

#include "results/sample_records.h"

namespace scalemark::results {
namespace {

void expect_refused(const std::function<void(CaseRecord&)>& change) {
  CaseRecord record = testing::full_case("case");
  EXPECT_NO_THROW(check_record(record));
  change(record);
  EXPECT_THROW(check_record(record), std::invalid_argument);
}

TEST(CheckRecord, RefusesNamesThatAreNoLinks) {
  for (const char* name : {"", ".", "..", "a/b"}) {
    expect_refused([&](CaseRecord& record) { record.row.case_id = name; });
    expect_refused([&](CaseRecord& record) { record.arms[name] = {}; });
  }
  expect_refused([](CaseRecord& record) { record.arms["loss"] = {}; });
}

TEST(CheckRecord, RefusesParametersThatCollide) {
  expect_refused([](CaseRecord& record) { record.parameters.emplace_back("status", std::string("ok")); });
  expect_refused([](CaseRecord& record) { record.parameters.push_back(record.parameters.front()); });
  expect_refused([](CaseRecord& record) { record.parameters.emplace_back("", true); });
}

TEST(CheckRecord, RefusesBrokenRepetitions) {
  expect_refused([](CaseRecord& record) { record.arms["full"].seconds.pop_back(); });
  expect_refused([](CaseRecord& record) { record.arms["full"].steps = 0; });
  expect_refused([](CaseRecord& record) { record.arms["full"].ranks = -1; });
}

TEST(CheckRecord, RefusesPointsOfStepsThatAreNotThere) {
  expect_refused([](CaseRecord& record) { record.input_wait_seconds["full"].seconds.pop_back(); });
  expect_refused([](CaseRecord& record) { record.backward_end_seconds["no_sync"].ranks = 1; });
  expect_refused([](CaseRecord& record) { record.input_wait_seconds["other"] = {}; });
}

TEST(CheckRecord, RefusesBucketsOfNoSize) {
  for (const std::int64_t bytes : {std::int64_t{-1}, std::numeric_limits<std::int64_t>::max()})
    expect_refused([bytes](CaseRecord& record) { record.bucket_bytes.back() = bytes; });
}

TEST(CheckRecord, RefusesTrainingsToATargetThatCannotBe) {
  expect_refused([](CaseRecord& record) { record.target_runs[1].seed = record.target_runs[0].seed; });
  expect_refused([](CaseRecord& record) { record.target_runs[0].seconds.pop_back(); });
  expect_refused([](CaseRecord& record) { record.target_runs[0].epochs[1] = 0.5; });
  expect_refused([](CaseRecord& record) { record.target_runs[0].epochs[0] = 0; });
  expect_refused([](CaseRecord& record) { record.target_runs[0].epochs[2] = kNotMeasured; });
  expect_refused([](CaseRecord& record) { record.target_runs[0].seconds[2] = 19; });
  expect_refused([](CaseRecord& record) { record.target_runs[0].images[0] = -1; });
  expect_refused([](CaseRecord& record) { record.target_runs[0].test_accuracy[0] = 1.5; });
  expect_refused([](CaseRecord& record) { record.arms["target"] = {}; });
}

TEST(CheckRecord, RefusesSeriesThatDifferFromTheirAxis) {
  expect_refused([](CaseRecord& record) { record.bucket_seconds[1].seconds.clear(); });
  expect_refused([](CaseRecord& record) { record.phase_seconds[0].steps = 2; });
  expect_refused([](CaseRecord& record) { record.bucket_ready_seconds[0].seconds.clear(); });
  expect_refused([](CaseRecord& record) { record.phase_names.pop_back(); });
  expect_refused([](CaseRecord& record) { record.bucket_bytes.pop_back(); });
  expect_refused([](CaseRecord& record) { record.epoch_seconds.pop_back(); });
}

}  // namespace
}  // namespace scalemark::results
