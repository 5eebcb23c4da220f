#include "lab/selector.h"

#include <gtest/gtest.h>

#include "lab/small_lab.h"

namespace scalemark::lab {
namespace {

TEST(Selector, NamesMayHaveAnyLettersForAStar) {
  EXPECT_EQ(kept(""), "fast slow wide lost");
  EXPECT_EQ(kept("slow"), "slow");
  EXPECT_EQ(kept("*s*"), "fast slow lost");
  EXPECT_EQ(kept("*st"), "fast lost");
  EXPECT_EQ(kept("fas"), "");
  EXPECT_EQ(kept("*"), "fast slow wide lost");
}

TEST(Selector, ConditionsHoldOneAfterTheOther) {
  EXPECT_EQ(kept("gpus=2"), "wide lost");
  EXPECT_EQ(kept("gpus=2, batch_size=10"), "wide");
  EXPECT_EQ(kept("global_batch_size=20"), "wide");
  EXPECT_EQ(kept("status=oom"), "lost");
  EXPECT_EQ(kept("model=resnet10,*w*"), "slow wide");
  EXPECT_EQ(kept("train.bucket_fill=together"), "slow");
  EXPECT_EQ(kept("train.precision=fp32,train.mode=ddp,gpus=2"), "wide lost") << "as columns have them";
}

TEST(Selector, NotKeepsTheOthers) {
  EXPECT_EQ(kept("not slow"), "fast wide lost");
  EXPECT_EQ(kept("gpus=2, not batch_size=10"), "lost");
}

TEST(Selector, MostAndLeastAreOfTheCasesThatAreLeft) {
  EXPECT_EQ(kept("step_mean_seconds=most"), "slow");
  EXPECT_EQ(kept("gpus=most, step_mean_seconds=most"), "wide");
  EXPECT_EQ(kept("gpus=least"), "fast slow");
  EXPECT_EQ(kept("gpus=2, batch_size=most"), "lost");
  EXPECT_EQ(kept("peak_memory_bytes=least"), "fast") << "the first of equal measurements";
  EXPECT_EQ(kept("epoch_seconds=least"), "wide");
  EXPECT_EQ(kept("slow, epoch_seconds=least"), "") << "slow measured no epoch";
}

TEST(Selector, WhatIsWrongIsNamedWithWhatIsAllowed) {
  const auto refused = [](const std::string& text) { return refusal_of([&] { Selector::parse(text); }); };
  EXPECT_EQ(refused("epoch_second=most"), "'epoch_second' is no quantity; did you mean epoch_seconds?");
  EXPECT_EQ(refused("nonsense=3"), "'nonsense' is no quantity; docs/templates.md lists them");
  EXPECT_EQ(refused("gpus="), "'gpus=' has no value; allowed: most, least or a value");
  EXPECT_EQ(refused("fast,,slow"), "'fast,,slow' has an empty condition between its commas");
  EXPECT_EQ(refused("not gpus=most"), "'not gpus=most' cannot be; allowed behind not: a name, or KEY=VALUE");
  EXPECT_EQ(refused("train.bucket_fill=most"),
            "'train.bucket_fill=most' compares a key of the config; allowed: its value");
}

}  // namespace
}  // namespace scalemark::lab
