#include "analysis/largest_batch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <variant>

#include "analysis/result_fixture.h"
#include "report/report.h"
#include "report/sections.h"

namespace scalemark::report {
namespace {

using namespace analysis;

results::CaseRecord searched(std::int64_t batch, std::int64_t step) {
  results::CaseRecord record = make_case("largest", 2, batch, {0.1, 0.1});
  record.parameters.emplace_back("batch_step", step);
  return record;
}

results::CaseRecord probe(std::int64_t batch, results::CaseStatus status, double peak_bytes) {
  results::CaseRecord record = make_case("largest,probe=" + std::to_string(batch), 2, batch, {0.1});
  record.parameters.emplace_back("probe_of", "largest");
  record.row.status = status;
  record.row.peak_memory_bytes = peak_bytes;
  if (status == results::CaseStatus::kOom) record.row.reason = "rank 1: no room for " + std::to_string(batch);
  return record;
}

TEST(LargestBatches, AreTheFoundBatchAndTheSmallestRefusedOne) {
  using enum results::CaseStatus;
  const Report report = build_report({make_file(
      {searched(24, 8), probe(8, kOk, 1e6), probe(16, kOk, 2e6), probe(32, kOom, NAN), probe(24, kOk, 3e6)})});
  ASSERT_EQ(report.largest_batches.size(), 1U);
  const LargestBatch& found = report.largest_batches.front();
  EXPECT_EQ(found.key.name, "largest");
  EXPECT_TRUE(found.fits);
  EXPECT_EQ(found.key.batch_per_rank, 24);
  EXPECT_EQ(found.step, 8);
  EXPECT_EQ(found.peak_memory_bytes, 3e6);
  EXPECT_EQ(found.refused_batch, 32);
  EXPECT_EQ(found.reason, "rank 1: no room for 32");
  EXPECT_EQ(found.probes, 4U);
}

TEST(LargestBatches, LeaveTheProbesOutOfWhatIsCompared) {
  using enum results::CaseStatus;
  const Report report = build_report({make_file({searched(8, 8), probe(8, kOk, 1e6), probe(16, kOom, NAN)})});
  ASSERT_EQ(report.cases.size(), 1U);
  EXPECT_EQ(report.cases.front().key.name, "largest");
}

TEST(LargestBatches, OfACaseThatNeverFitsAreNone) {
  using enum results::CaseStatus;
  results::CaseRecord nothing = make_case("largest", 2, 8, {0.1});
  nothing.row.status = kOom;
  const auto sections = sections_of(build_report({make_file({nothing, probe(8, kOom, NAN)})}));
  const auto found = std::find_if(sections.begin(), sections.end(),
                                  [](const Section& section) { return section.table.name == "largest_batch"; });
  ASSERT_NE(found, sections.end());
  EXPECT_TRUE(std::holds_alternative<std::monostate>(found->table.rows.front()[2]));
  EXPECT_EQ(std::get<std::int64_t>(found->table.rows.front()[5]), 8);
}

TEST(LargestBatches, HaveATableWhereOneWasSearchedFor) {
  for (const Section& section : sections_of(build_report({make_file({make_case("plain", 1, 8, {0.1})})})))
    EXPECT_NE(section.table.name, "largest_batch");
}

}  // namespace
}  // namespace scalemark::report
