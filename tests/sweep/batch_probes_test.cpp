#include "sweep/batch_probes.h"

#include <gtest/gtest.h>

#include <map>

namespace scalemark::sweep {
namespace {

using results::CaseStatus;

results::CaseRecord record(const std::string& probe_of, std::int64_t batch, CaseStatus status, int interruptions = 0) {
  results::CaseRecord made;
  constexpr int kDevices = 2;
  made.row.devices = kDevices;
  made.row.global_batch = batch * kDevices;
  made.row.status = status;
  made.interruptions = interruptions;
  made.parameters = {{"batch_size", batch}, {"probe_of", probe_of}};
  return made;
}

TEST(BatchProbes, FitWhereTheyRanWhateverTheLoss) {
  const std::vector<results::CaseRecord> records{record("a", 8, CaseStatus::kOk), record("a", 16, CaseStatus::kInvalid),
                                                 record("a", 64, CaseStatus::kOom),
                                                 record("another", 32, CaseStatus::kOom)};
  std::map<std::int64_t, bool> tried;
  for (const TriedBatch& one : tried_batches(records, "a")) tried[one.batch] = one.fits;
  EXPECT_EQ(tried, (std::map<std::int64_t, bool>{{8, true}, {16, true}, {64, false}}));
}

TEST(BatchProbes, OfWhichTheJobDiedAreTriedOnceMore) {
  EXPECT_TRUE(tried_batches({record("a", 8, CaseStatus::kFailed, 1)}, "a").empty());
  // What the sweep makes of a case that it died of twice.
  const auto tried = tried_batches({record("a", 8, CaseStatus::kFailed)}, "a");
  ASSERT_EQ(tried.size(), 1U);
  EXPECT_FALSE(tried.front().fits);
}

TEST(BatchProbes, AreTheCaseItselfButShort) {
  config::CaseConfig config;
  config.id = "largest";
  config.batch_per_gpu = 8;
  config.measure.repetitions = 7;
  config.measure.evaluate = true;
  const config::CaseConfig probe = probe_of(config, 24);
  EXPECT_EQ(probe.id, "largest,probe=24");
  EXPECT_EQ(probe.batch_per_gpu, 24);
  EXPECT_EQ(probe.measure.repetitions, 1);
  EXPECT_FALSE(probe.measure.evaluate);
}

}  // namespace
}  // namespace scalemark::sweep
