#include <gtest/gtest.h>

#include "results/record_comparison.h"
#include "results/result_store.h"
#include "results/sample_records.h"

namespace scalemark::results {
namespace {

using testing::expect_same;
using testing::fresh_path;

ResultFile written_and_read(const ResultFile& file) {
  const std::string path = fresh_path("results.h5");
  ResultFile header = file;
  header.cases.clear();
  ResultStore store = ResultStore::create(path, header);
  for (const CaseRecord& record : file.cases) store.put_case(record);
  store.commit();
  return read_results(path);
}

void expect_lossless(const ResultFile& file) { expect_same(file, written_and_read(file)); }

TEST(RoundTrip, HeaderWithoutCases) { expect_lossless(testing::sample_header()); }

TEST(RoundTrip, EveryMemberAndTheOrderOfCases) {
  ResultFile file = testing::sample_header();
  file.cases = {testing::skipped_case("z"), testing::full_case("a"), testing::full_case("m")};
  file.cases[2].loss_is_float64 = true;
  file.cases[2].loss = {1.0 / 3.0, kNotMeasured};
  expect_lossless(file);
}

TEST(RoundTrip, CollectivesBesideCases) {
  ResultFile file = testing::sample_header();
  CommRecord only_out_of_place = testing::sample_comm();
  only_out_of_place.op = "sendrecv";
  only_out_of_place.in_place_seconds.clear();
  only_out_of_place.in_place_wrong.clear();
  file.comm = {testing::sample_comm(), only_out_of_place};
  expect_lossless(file);
  file.cases = {testing::full_case("a")};
  expect_lossless(file);
}

TEST(RoundTrip, ACollectiveThatLacksSamplesIsRefused) {
  ResultFile file = testing::sample_header();
  file.comm = {testing::sample_comm()};
  file.comm[0].seconds.pop_back();
  EXPECT_THROW(ResultStore::create(fresh_path("results.h5"), file), std::invalid_argument);
}

// Tables outgrow the header of an object, row by row.
TEST(RoundTrip, MoreAndMoreCases) {
  const std::string path = fresh_path("results.h5");
  ResultFile file = testing::sample_header();
  ResultStore store = ResultStore::create(path, file);
  for (int i = 0; i < 300; ++i) {
    file.cases.push_back(testing::skipped_case("case" + std::to_string(i)));
    store.put_case(file.cases.back());
    ASSERT_NO_THROW(store.commit()) << file.cases.size() << " cases";
  }
  expect_same(file, read_results(path));
}

TEST(RoundTrip, ListsOfAnyLength) {
  for (std::size_t length = 3000; length <= 9000; length += 500) {
    ResultFile file = testing::sample_header();
    file.provenance.hosts.assign(length, "node");
    expect_lossless(file);
  }
}

TEST(RoundTrip, EveryStatus) {
  ResultFile file = testing::sample_header();
  for (int status = 0; status < 6; ++status) {
    file.cases.push_back(testing::skipped_case("case" + std::to_string(status)));
    file.cases.back().row.status = static_cast<CaseStatus>(status);
  }
  expect_lossless(file);
}

TEST(RoundTrip, EmptyTextsAndLists) {
  ResultFile file;
  file.provenance.versions = {{"HDF5", ""}};
  file.cases = {testing::full_case("only")};
  file.cases[0].row.label.clear();
  file.cases[0].rank_rows[1].host.clear();
  expect_lossless(file);
}

TEST(RoundTrip, ACaseBeforeItsFirstRepetition) {
  ResultFile file = testing::sample_header();
  file.cases = {testing::skipped_case("planned")};
  CaseRecord& record = file.cases[0];
  record.arms["full"] = {20, 4, {}};
  record.arms["phases"] = {};
  record.bucket_bytes = {1, 2, 3};
  record.phase_names = {"load"};
  record.bucket_ready_seconds = {{}, {}};
  record.loss_is_float64 = true;
  expect_lossless(file);
}

TEST(RoundTrip, ItemsWithoutTheirArm) {
  ResultFile file = testing::sample_header();
  file.cases = {testing::full_case("items")};
  testing::drop_step_series(file.cases[0]);
  file.cases[0].arms.clear();
  expect_lossless(file);
}

TEST(RoundTrip, ListsOfRanksOfWhichOneIsEmpty) {
  ResultFile file = testing::sample_header();
  file.provenance.devices.clear();
  expect_lossless(file);
}

TEST(RoundTrip, LongTextsBeyondAnAttributesSize) {
  ResultFile file = testing::sample_header();
  file.provenance.config = std::string(1 << 20, 'x');
  file.cases = {testing::skipped_case("long")};
  file.cases[0].row.reason = std::string(100'000, 'y');
  expect_lossless(file);
}

TEST(RoundTrip, Float32SeriesAreRoundedInMemoryToo) {
  const std::string path = fresh_path("results.h5");
  ResultStore store = ResultStore::create(path, testing::sample_header());
  CaseRecord record = testing::full_case("rounded");
  record.loss = {0.1};
  record.accuracy[1] = {0.3, 0.7};
  store.put_case(record);
  store.commit();
  EXPECT_EQ(store.contents().cases[0].loss[0], static_cast<double>(0.1F));
  expect_same(store.contents(), read_results(path));
}

}  // namespace
}  // namespace scalemark::results
