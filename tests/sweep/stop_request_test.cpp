#include "sweep/stop_request.h"

#include <gtest/gtest.h>

#include <string>

namespace scalemark::sweep {
namespace {

using Seconds = std::chrono::duration<double>;

const Moment kStart{SteadyTime(Seconds(1'000)), 1'800'000'000};

// Seconds after kStart at which a visit without a length is no longer started; nullopt: never.
std::optional<double> end_of(const Deadline& deadline) {
  if (!deadline.time) return std::nullopt;
  return (*deadline.time - kStart.steady).count();
}

TEST(JobDeadline, IsTheWallTimeFromNow) {
  const Deadline deadline = job_deadline(90, false, "1800000010", kStart);
  EXPECT_EQ(end_of(deadline), 90);
  EXPECT_EQ(deadline.ignored, "");
}

TEST(JobDeadline, IsHalfAMinuteBeforeSlurmsEnd) {
  const Deadline deadline = job_deadline(std::nullopt, true, "1800003600", kStart);
  EXPECT_EQ(end_of(deadline), 3'570);
  EXPECT_EQ(deadline.ignored, "");
}

TEST(JobDeadline, ThereIsNoneWithoutALimit) {
  EXPECT_EQ(end_of(job_deadline(std::nullopt, false, "1800003600", kStart)), std::nullopt);
  EXPECT_EQ(end_of(job_deadline(std::nullopt, true, "", kStart)), std::nullopt);
  EXPECT_EQ(job_deadline(std::nullopt, true, "", kStart).ignored, "");
}

TEST(JobDeadline, AnEndThatIsNoUnixTimeOrIsPastIsSaidAndNotObeyed) {
  for (const std::string text : {"2027-01-15T09:00:00", "2027", "tomorrow", "1800003600s", "nan", "inf", "-1", "0",
                                 "1799999999", " 1800003600"}) {
    const Deadline deadline = job_deadline(std::nullopt, true, text, kStart);
    EXPECT_EQ(end_of(deadline), std::nullopt) << text;
    EXPECT_NE(deadline.ignored.find("SLURM_JOB_END_TIME=" + text), std::string::npos) << deadline.ignored;
  }
}

TEST(StopRequest, ComesWhenTheNextVisitWouldPassTheDeadline) {
  const StopRequest stop(SteadyTime(Seconds(1'060)));
  EXPECT_EQ(stop.reason(0, SteadyTime(Seconds(1'059))), StopReason::kNone);
  EXPECT_EQ(stop.reason(20, SteadyTime(Seconds(1'039))), StopReason::kNone);
  EXPECT_EQ(stop.reason(20, SteadyTime(Seconds(1'041))), StopReason::kTime);
  EXPECT_EQ(stop.reason(0, SteadyTime(Seconds(1'061))), StopReason::kTime);
  EXPECT_EQ(StopRequest(std::nullopt).reason(1e9, SteadyTime(Seconds(1e9))), StopReason::kNone);
}

}  // namespace
}  // namespace scalemark::sweep
