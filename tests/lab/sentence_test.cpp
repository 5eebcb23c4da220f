#include "lab/sentence.h"

#include <gtest/gtest.h>

#include "lab/small_lab.h"

namespace scalemark::lab {
namespace {

Said said(const std::string& sentence) {
  const analysis::Report report = small_lab();
  const CaseNumbers numbers(report);
  return say(parse_sentence(sentence), numbers, numbers.cases);
}

std::string text_of(const std::string& sentence) {
  const Said all = said(sentence);
  EXPECT_TRUE(all.missing.empty()) << sentence << ": " << all.missing.front();
  return all.text;
}

using Missing = std::vector<std::string>;

TEST(Sentence, NumbersStandWhereTheirPlaceholdersWere) {
  EXPECT_EQ(text_of("no number"), "no number");
  EXPECT_EQ(text_of("An epoch takes {epoch_seconds @ fast}."), "An epoch takes 100 s.");
  EXPECT_EQ(text_of("{images_per_second@fast} and {test_accuracy @ fast}"), "10.0 images/s and 62.5 %");
  EXPECT_EQ(text_of("{case @ step_mean_seconds=most}"), "slow");
  EXPECT_EQ(text_of("{parameters @ fast}"), "4,903,242");
  EXPECT_EQ(text_of("{batch_size @ wide} of {global_batch_size @ wide}"), "10 of 20");
}

TEST(Sentence, TwoNumbersMakeARatioOrADifference) {
  EXPECT_EQ(text_of("{epoch_seconds @ fast / epoch_seconds @ wide} times"), "2.00 times");
  EXPECT_EQ(text_of("{epoch_seconds @ fast - epoch_seconds @ wide} less"), "50.0 s less");
  EXPECT_EQ(text_of("{train_accuracy @ fast - test_accuracy @ fast}"), "12.5 %");
}

TEST(Sentence, SeveralCasesAreListed) {
  EXPECT_EQ(text_of("{epoch_seconds}"), "100 s (fast), 50.0 s (wide)");
  EXPECT_EQ(text_of("{step_mean_seconds @ gpus=1 / step_mean_seconds @ fast}"), "1.00 (fast), 4.00 (slow)");
}

TEST(Sentence, WhatWasNotMeasuredIsNamedWithWhatMeasuresIt) {
  EXPECT_EQ(said("{test_accuracy @ slow}").missing, Missing{"test accuracy of slow (measure.evaluate: true)"});
  EXPECT_EQ(said("{epoch_seconds @ slow / epoch_seconds @ fast}").missing,
            Missing{"epoch of slow (measure.epochs: 2 or more)"});
  EXPECT_EQ(said("{step_mean_seconds @ lost}").missing, Missing{"step of lost, which is oom"});
  EXPECT_EQ(said("{epoch_seconds @ large}").missing, Missing{"epoch: these files hold no case 'large'"});
  EXPECT_EQ(said("{epoch_seconds @ fast / step_mean_seconds @ gpus=1}").missing,
            Missing{"step of one case, where 'gpus=1' are several"});
  EXPECT_EQ(said("{case @ gpus=1,joules_per_image=least}").missing,
            Missing{"energy per image (GPUs that count their energy)"});
  EXPECT_EQ(said("{best_workers}").missing,
            Missing{"workers that are enough of fast, slow, wide, lost (three values of loader.workers)"});
  EXPECT_EQ(said("{test_accuracy @ slow} {test_accuracy @ slow}").missing.size(), 1u);
}

TEST(Sentence, WhatCannotBeReadIsRefused) {
  const auto refused = [](const std::string& text) { return refusal_of([&] { parse_sentence(text); }); };
  EXPECT_EQ(refused("{test_acuracy @ a}"), "'test_acuracy' is no quantity; did you mean test_accuracy?");
  EXPECT_EQ(refused("takes {epoch_seconds"), "a '{' has no '}' behind it; allowed: {QUANTITY @ CASE}");
  EXPECT_EQ(refused("takes epoch_seconds}"), "a '}' has no '{' before it; allowed: {QUANTITY @ CASE}");
  EXPECT_EQ(refused("{{epoch_seconds}}"), "a '{' has no '}' behind it; allowed: {QUANTITY @ CASE}");
  EXPECT_EQ(refused("{}"), "'{}' names no quantity; allowed: {QUANTITY @ CASE}");
  EXPECT_EQ(refused("{epoch_seconds @ }"),
            "'epoch_seconds @ ' names no case behind its @; allowed: a label, or such as gpus=most");
}

TEST(Quantities, EveryOneHasANameOfItsOwnAndATitle) {
  for (const auto& quantity : case_quantities()) {
    EXPECT_EQ(find_quantity(quantity.name), &quantity) << quantity.name << " is there twice";
    EXPECT_FALSE(quantity.title.empty()) << quantity.name;
  }
}

TEST(Quantities, ScalingIsThatOfTheReport) {
  // 10 images/s on one rank. Two ranks with steps of 2 s: 20 / 2 = 10 images/s, a speed-up of 1 on 2 ranks.
  // Strong scaling goes by the measured epochs of 100 and 50 s.
  EXPECT_EQ(text_of("{weak_speedup @ wide} {weak_efficiency @ wide} {strong_efficiency @ wide}"),
            "1.00 50.0 % 100.0 %");
}

}  // namespace
}  // namespace scalemark::lab
