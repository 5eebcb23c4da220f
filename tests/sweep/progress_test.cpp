#include "sweep/progress.h"

#include <gtest/gtest.h>

#include <semaphore>
#include <string>

#include "core/log.h"

namespace scalemark::sweep {
namespace {

constexpr std::chrono::milliseconds kPause{1};

TEST(Progress, SaysWhatALongRepetitionIsDoing) {
  ::testing::internal::CaptureStderr();
  set_up_logging(/*quiet=*/false);
  {
    std::counting_semaphore<> asked(0);
    Progress progress(
        28, false,
        [&] {
          asked.release();
          return std::string("arm full, step 12");
        },
        {}, kPause);
    progress.begin("batch_size=8", 1, 7);
    for (int line = 0; line < 2; ++line) asked.acquire();
  }
  const std::string said = ::testing::internal::GetCapturedStderr();
  set_up_logging(/*quiet=*/false);
  EXPECT_NE(said.find("info: batch_size=8, repetition 2 of 7: arm full, step 12 (0 of 28 repetitions done, estimating "
                      "the time left)\n"),
            std::string::npos)
      << said;
}

std::string line_of(const results::CaseRow& row) {
  ::testing::internal::CaptureStderr();
  set_up_logging(/*quiet=*/false);
  {
    Progress progress(3, false);
    progress.begin(row.case_id, 2, 3, "seed");
    results::CaseRecord record;
    record.row = row;
    progress.end(record, true);
  }
  std::string said = ::testing::internal::GetCapturedStderr();
  set_up_logging(/*quiet=*/false);
  return said;
}

TEST(Progress, SaysHowATrainingToAnAccuracyEnded) {
  results::CaseRow row;
  row.case_id = "gpus=2";
  row.status = results::CaseStatus::kOk;
  row.seeds = 3;
  row.seeds_reached = 3;
  row.target_seconds = 90;
  row.target_epochs = 12.5;
  row.images_per_second = 1234;
  row.peak_memory_bytes = 1 << 30;
  EXPECT_NE(line_of(row).find("gpus=2: target reached in 90.0 s and 12.5 epochs, mean over 3 seeds, 1234 images/s, "
                              "1.00 GiB peak"),
            std::string::npos)
      << line_of(row);
  row.seeds_reached = 1;
  row.reason = "target not reached: 1 of 3 seeds reached it";
  EXPECT_NE(line_of(row).find("gpus=2: target not reached: 1 of 3 seeds reached it, 1234 images/s"), std::string::npos)
      << line_of(row);
}

}  // namespace
}  // namespace scalemark::sweep
