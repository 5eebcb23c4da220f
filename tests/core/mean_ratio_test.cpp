#include "core/mean_ratio.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <vector>

#include "core/nan.h"

namespace scalemark {
namespace {

using Values = std::vector<double>;

TEST(MeanRatio, NeedsTwoValuesASide) {
  const MeanRatio found = unpaired_mean_ratio(Values{2.0, 2.0}, Values{1.0, kNaN, -1.0, 0.0});
  EXPECT_DOUBLE_EQ(found.interval().estimate, 2.0);
  EXPECT_TRUE(std::isnan(found.interval().low) && std::isnan(found.interval().high));
  EXPECT_TRUE(std::isnan(found.p_value_against(1.0)) && std::isnan(found.found_from(1.05, 0.05, 0.8)));
  EXPECT_TRUE(std::isnan(unpaired_mean_ratio({}, {}).estimate));
  EXPECT_TRUE(std::isnan(paired_mean_ratio(Values{1.0, kNaN}, Values{1.0, 1.0}).interval().low));
}

TEST(MeanRatio, IsTheRatioOfTheSums) {
  // 12 s over 6 s; the geometric mean of the ratios 4, 1 and 1 would be 1.59.
  EXPECT_DOUBLE_EQ(paired_mean_ratio(Values{8, 2, 2}, Values{2, 2, 2}).estimate, 2.0);
}

TEST(MeanRatio, ThePairedOneTakesCommonRounds) {
  const Values x{3, kNaN, 5, 7, 100};
  const Values y{1, 1, 1, 0};
  EXPECT_DOUBLE_EQ(paired_mean_ratio(x, y).estimate, 4.0);      // rounds 0 and 2
  EXPECT_DOUBLE_EQ(unpaired_mean_ratio(x, y).estimate, 28.75);  // (3 + 5 + 7 + 100) / 4 over 1
}

TEST(MeanRatio, WithoutScatterIsCertain) {
  const Values one{1.0, 1.0, 1.0};
  const Values two{2.0, 2.0, 2.0};
  for (const auto test : {unpaired_mean_ratio, paired_mean_ratio}) {
    EXPECT_EQ(test(one, one).p_value_against(1.0), 1.0);
    EXPECT_EQ(test(two, one).p_value_against(1.9), 0.0);
    EXPECT_DOUBLE_EQ(test(two, one).interval().low, 2.0);
    EXPECT_DOUBLE_EQ(test(two, one).found_from(1.05, 0.05, 0.8), 1.05);
  }
}

TEST(MeanRatio, SwappingTheSidesInvertsIt) {
  const Values one{1.0, 1.1, 0.95};
  const Values two{2.0, 2.3, 1.9};
  for (const auto test : {unpaired_mean_ratio, paired_mean_ratio}) {
    EXPECT_NEAR(test(two, one).interval().low * test(one, two).interval().high, 1.0, 1e-12);
    EXPECT_NEAR(test(two, one).p_value_against(2.2), test(one, two).p_value_against(1 / 2.2), 1e-12);
  }
}

TEST(MeanRatio, ThePairedOneLeavesOutWhatBothSidesShare) {
  const Values drift{1.0, 2.0, 4.0};
  const Values twice{2.0, 4.0, 8.0};
  EXPECT_DOUBLE_EQ(paired_mean_ratio(twice, drift).interval().low, 2.0);
  EXPECT_LT(unpaired_mean_ratio(twice, drift).interval().low, 1.0);
}

/// Durations of `seconds` that scatter by 2 %; `shared` of both sides by 20 %.
class Rounds {
 public:
  explicit Rounds(std::uint64_t seed) : random_(seed) {}
  std::array<Values, 2> draw(std::size_t count, double ratio, double shared) {
    std::array<Values, 2> sides;
    for (std::size_t round = 0; round < count; ++round) {
      const double common = std::exp(shared * normal_(random_));
      sides[0].push_back(common * ratio * (1.0 + 0.02 * normal_(random_)));
      sides[1].push_back(common * (1.0 + 0.02 * normal_(random_)));
    }
    return sides;
  }

 private:
  std::mt19937_64 random_;
  std::normal_distribution<double> normal_;
};

// The power of a standard error that is known: 2 % a side, and Welch's 12 degrees of freedom of 7 a side, or 6 of 7
// pairs. 4000 pairs: the standard error of 80 % is 0.63 %. Student's t in place of its non-central form says a little
// too much.
TEST(MeanRatio, FindsWhatItSaysAsOftenAsItSays) {
  constexpr int kPairs = 4000;
  constexpr std::size_t kCount = 7;
  constexpr double kLimit = 1.05;
  const double standard_error = 0.02 * std::sqrt(2.0 / kCount);
  Rounds rounds(5);
  for (const bool paired : {false, true}) {
    const auto test = paired ? paired_mean_ratio : unpaired_mean_ratio;
    const MeanRatio known{1.0, standard_error, paired ? 6.0 : 12.0, 0.02, 0.02};
    for (const double power : {0.80, 0.95}) {
      const double ratio = known.found_from(kLimit, 0.05, power);
      int found = 0;
      for (int pair = 0; pair < kPairs; ++pair) {
        const auto [above, below] = rounds.draw(kCount, ratio, paired ? 0.2 : 0.0);
        const MeanRatio result = test(above, below);
        found += result.estimate > kLimit && result.p_value_against(kLimit) < 0.05 ? 1 : 0;
      }
      EXPECT_NEAR(found, power * kPairs, 0.03 * kPairs) << (paired ? "paired " : "unpaired ") << power;
    }
  }
}

}  // namespace
}  // namespace scalemark
