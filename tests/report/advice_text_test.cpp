#include "report/tables/advice_text.h"

#include <gtest/gtest.h>

#include "analysis/report.h"
#include "analysis/situation.h"

namespace scalemark::report {
namespace {

using analysis::Situation;

std::string advice_in(const Situation& situation) {
  const auto file = analysis::measured(alone_on(situation), situation, 3);
  return advice_text(analysis::build_report({file}).advice.at(0));
}

/// The text names what limits, the evidence for it, and what to do.
void expect_parts(const Situation& situation, const std::vector<std::string>& parts) {
  const std::string text = advice_in(situation);
  for (const auto& part : parts) EXPECT_TRUE(analysis::contains(text, part)) << part << "\nis not in: " << text;
}

TEST(AdviceText, SlowInputNamesTheWaitAndTheFreeCores) {
  Situation situation;
  situation.wait = 0.05;
  expect_parts(situation,
               {"The input pipeline limits the speed-up: it costs ", " of the step; ranks wait 50.0 ms more for data.",
                "Raise loader.workers (now 2)", "(4 ranks x (8 compute + 2 loader threads) on 64 cores)",
                "; configs/tune-input.yaml tries"});
  situation.cores = 32;
  expect_parts(situation, {"No core is free for more loader threads", "on 32 cores", "fewer compute threads"});
}

TEST(AdviceText, TooManyThreadsAreCounted) {
  Situation situation;
  situation.interference = 0.03;
  situation.cores = 32;
  expect_parts(situation, {"The ranks run more threads than the host has cores: 4 ranks x (8 compute + 2 loader "
                           "threads) on 32 cores. The loss to loading is ",
                           "though no rank waits for data", "Use fewer loader.workers or compute threads"});
}

TEST(AdviceText, CommunicationNamesTheReductionAndBackward) {
  Situation situation;
  situation.scatter = 0.001;
  situation.reduction = 0.4;
  situation.tail = 0.28;
  expect_parts(situation, {"Communication takes longer than backward and limits the speed-up: it costs ",
                           "the reduction alone takes 400 ms, backward 12", "A larger batch per rank (now 32)",
                           "compare the bus bandwidth of "});
  situation.reduction = 0.06;
  situation.tail = 0.03;
  expect_parts(situation,
               {"The end of the reduction, after backward, limits the speed-up: it costs ",
                "the reduction alone takes 6", "train.bucket_mebibytes", "; configs/tune-communication.yaml tries"});
}

TEST(AdviceText, WhatSlowsBackwardIsSaidAsFarAsItIsKnown) {
  Situation situation;
  situation.reduction = 0.02;
  situation.slowed = 0.06;
  expect_parts(situation, {"The reduction slows backward down: ", "the reduction costs the step ",
                           "leave each rank a core for it (OMP_NUM_THREADS)"});
  situation.points = false;
  expect_parts(situation,
               {"The reduction and the computation beside it slow each other down: ", "the reduction alone takes 20"});
  situation.gpu = true;
  expect_parts(situation, {"NCCL_MAX_NCHANNELS"});
}

TEST(AdviceText, TheSlowRankAndItsHostAreNamed) {
  Situation situation;
  situation.slow_rank = 2;
  situation.slow = 0.04;
  expect_parts(situation, {"Waiting for the slowest rank limits the speed-up: it costs ", "the phase pass finds 4",
                           "Look at rank 2 (node1)"});
}

TEST(AdviceText, LoweredClocksNameTheDevice) {
  Situation situation;
  situation.gpu = true;
  situation.slow_rank = 3;
  situation.slow = 0.04;
  situation.slow_rank_hertz = 0.8 * situation.clock_hertz;
  expect_parts(situation, {"Lowered clocks limit the speed-up: they cost ",
                           "rank 3 (node1, GPU-3) runs at 80 % of the clock of the others"});
}

TEST(AdviceText, OtherWorkComesFirst) {
  Situation situation;
  situation.crowding = 0.2;
  situation.other_load = 0.72;
  expect_parts(situation, {"Other work took 72 % of a host that these ranks need", "measure on a machine of your own"});
}

TEST(AdviceText, WhatNothingConfirmsIsSaidAndNotAdvisedOn) {
  Situation situation;
  situation.interference = 0.03;
  expect_parts(situation, {"No loss is both beyond the noise and confirmed by a second measurement. Two arms differ "
                           "by ",
                           " for input, but ranks wait 0", "no advice follows"});
  situation.phases = situation.points = false;
  expect_parts(situation, {" for input, which no other measurement can confirm."});
}

TEST(AdviceText, WhatWasNotMeasuredIsListed) {
  Situation situation;
  situation.tail = 0.05;
  situation.no_sync = false;
  expect_parts(situation,
               {"Causes that were not measured take ", ": exposed communication, waiting for the slowest rank."});
}

TEST(AdviceText, InputThatTheBaselinePaysToo) {
  Situation situation;
  situation.wait = 0.1;
  Situation alone = alone_on(situation);
  alone.wait = 0.1;
  const auto report = analysis::build_report({analysis::measured(alone, situation, 3)});
  EXPECT_TRUE(analysis::contains(advice_text(report.advice.at(0)), "The input takes 33.") &&
              analysis::contains(advice_text(report.advice.at(0)), "Most of it is there on the baseline too"))
      << advice_text(report.advice.at(0));
}

}  // namespace
}  // namespace scalemark::report
