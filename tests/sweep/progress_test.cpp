#include "sweep/progress.h"

#include <gtest/gtest.h>

#include <semaphore>

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

}  // namespace
}  // namespace scalemark::sweep
