#include "core/statistics.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

#include "core/nan.h"

namespace scalemark {
namespace {

TEST(Median, TakesTheMiddleOrTheMeanOfTheMiddleTwo) {
  EXPECT_EQ(median(std::vector<double>{3, 1, 2}), 2.0);
  EXPECT_EQ(median(std::vector<double>{4, 1, 3, 2}), 2.5);
  EXPECT_EQ(median(std::vector<double>{7}), 7.0);
  EXPECT_TRUE(std::isnan(median({})));
  EXPECT_TRUE(std::isnan(median(std::vector<double>{1, kNaN, 3})));
}

TEST(Quantile, InterpolatesAsNumPyDoes) {
  const std::vector<double> values{10, 40, 20, 30};  // numpy.quantile: 10 + 3p * 10
  EXPECT_DOUBLE_EQ(quantile(values, 0.0), 10.0);
  EXPECT_DOUBLE_EQ(quantile(values, 0.1), 13.0);
  EXPECT_DOUBLE_EQ(quantile(values, 0.75), 32.5);
  EXPECT_DOUBLE_EQ(quantile(values, 1.0), 40.0);
  EXPECT_TRUE(std::isnan(quantile(values, 1.5)));
  EXPECT_TRUE(std::isnan(quantile(values, kNaN)));
}

constexpr std::array<double, 7> kProbabilities{0.51, 0.6, 0.75, 0.9, 0.975, 0.995, 0.9999};

struct StudentTRow {
  int dof;
  std::array<double, 7> quantiles;
};

// scipy.stats.t.ppf(p, dof) of SciPy 1.17.1; student_t_grid_test.cpp computes the whole grid anew where there is
// Python.
constexpr std::array<StudentTRow, 9> kSciPyTable{{
    {1,
     {0.03142626604335125, 0.32491969623290634, 1.0000000000000002, 3.0776835371752544, 12.706204736174694,
      63.656741162871526, 3183.098757118502}},
    {2,
     {0.028289929799333573, 0.2886751345948128, 0.8164965809277261, 1.8856180831641272, 4.302652729749462,
      9.924843200918287, 70.70007107496818}},
    {3,
     {0.027211467049117997, 0.2766706623326898, 0.7648923284043444, 1.637744353696209, 3.1824463052837078,
      5.840909309733355, 22.203742273205}},
    {4,
     {0.02667061830264906, 0.2707222947075976, 0.7406970841126829, 1.533206274058944, 2.7764451051977934,
      4.604094871349992, 13.033671720896821}},
    {6,
     {0.026131359673892598, 0.2648345329335734, 0.7175581964914126, 1.4397557472651483, 2.4469118511449786,
      3.7074280213248065, 8.024792773116536}},
    {10,
     {0.025702893008090297, 0.2601848294920803, 0.6998120613124317, 1.372183641110336, 2.228138851986274,
      3.16927267261695, 5.693820101457592}},
    {30,
     {0.025278783971765764, 0.2556053649519128, 0.6827556933212927, 1.3104150253913955, 2.0422724563012378,
      2.7499956535672254, 4.23398595727206}},
    {100,
     {0.02513169753771459, 0.25402218245822766, 0.6769510430114717, 1.290074761346516, 1.9839715185235518,
      2.6258905214380173, 3.861599790950091}},
    {200,
     {0.025100283615498493, 0.25368437919014747, 0.6757184114042201, 1.2857987939948012, 1.9718962236339088,
      2.600634436191558, 3.789120788747759}},
}};

TEST(StudentT, AgreesWithSciPy) {
  for (const auto& row : kSciPyTable) {
    for (std::size_t i = 0; i < kProbabilities.size(); ++i) {
      EXPECT_NEAR(student_t_quantile(kProbabilities[i], row.dof) / row.quantiles[i], 1.0, 1e-9)
          << "dof " << row.dof << " p " << kProbabilities[i];
    }
  }
}

TEST(StudentT, HasTheClosedFormsOfOneAndTwoDegreesOfFreedom) {
  for (const double p : {1e-9, 0.01, 0.3, 0.7, 0.999}) {
    EXPECT_NEAR(student_t_quantile(p, 1) / (-1.0 / std::tan(std::acos(-1.0) * p)), 1.0, 1e-9);
    EXPECT_NEAR(student_t_quantile(p, 2) / ((2 * p - 1) / std::sqrt(2 * p * (1 - p))), 1.0, 1e-9);
  }
}

TEST(StudentT, KeepsItsPrecisionNearTheMiddle) {
  // t = (p - 1/2) / density(0); the density of 4 degrees of freedom at 0 is 3/8. SciPy is
  // off by 4e-5 at p = 0.500001.
  constexpr double kAboveHalf = 0.5 + 0x1p-40;
  EXPECT_NEAR(student_t_quantile(kAboveHalf, 4) / (0x1p-40 / 0.375), 1.0, 1e-9);
}

TEST(StudentT, IsZeroInTheMiddleAndNaNOutside) {
  EXPECT_EQ(student_t_quantile(0.5, 3), 0.0);
  for (const double p : {0.0, 1.0, -0.1, kNaN}) EXPECT_TRUE(std::isnan(student_t_quantile(p, 3)));
  EXPECT_TRUE(std::isnan(student_t_quantile(0.9, 0)));
  EXPECT_TRUE(std::isnan(student_t_quantile(0.9, kNaN)));
}

TEST(IntervalOfDifference, IsStudentsTOverDifferences) {
  // Differences 1, 2, 3: mean 2, standard error 1 / sqrt(3), t(0.975, 2) = 4.3026...
  const Interval difference = interval_of_difference(std::vector<double>{2, 4, 6}, std::vector<double>{1, 2, 3});
  EXPECT_NEAR(difference.estimate, 2.0, 1e-12);
  EXPECT_NEAR(difference.low, 2.0 - 4.302652729749462 / std::sqrt(3.0), 1e-9);
  EXPECT_NEAR(difference.high, 2.0 + 4.302652729749462 / std::sqrt(3.0), 1e-9);
}

TEST(IntervalOfMean, IsStudentsTOverWhatIsKnown) {
  // 2, 4, 9: mean 5, variance 13, t(0.975, 2) = 4.3026...
  const Interval interval = interval_of_mean(std::vector<double>{2, kNaN, 4, 9});
  EXPECT_NEAR(interval.estimate, 5.0, 1e-12);
  EXPECT_NEAR(interval.low, 5.0 - 4.302652729749462 * std::sqrt(13.0 / 3.0), 1e-9);
  EXPECT_NEAR(interval.high, 5.0 + 4.302652729749462 * std::sqrt(13.0 / 3.0), 1e-9);
  const Interval one = interval_of_mean(std::vector<double>{3});
  EXPECT_EQ(one.estimate, 3.0);
  EXPECT_TRUE(std::isnan(one.low) && std::isnan(one.high));
  EXPECT_TRUE(std::isnan(interval_of_mean({}).estimate));
}

TEST(IntervalOfMedian, HoldsTheMedian) {
  const Interval even = interval_of_median(std::vector<double>{1, 4});
  EXPECT_EQ(even.estimate, 2.5);
  EXPECT_NEAR(even.low, 2.0 * std::pow(2.0, -12.706204736174694), 1e-12);
  // 21 ones and 20 twos in turn: the interval about the geometric mean, from 1.26 on, would leave out the median of 1.
  std::vector<double> clustered(41);
  for (std::size_t i = 0; i < clustered.size(); ++i) clustered[i] = i % 2 == 0 ? 1.0 : 2.0;
  EXPECT_EQ(interval_of_median(clustered).low, 1.0);
  EXPECT_EQ(interval_of_median(clustered).estimate, 1.0);
  for (double& value : clustered) value = 1.0 / value;
  EXPECT_EQ(interval_of_median(clustered).high, 1.0);
  EXPECT_TRUE(std::isnan(interval_of_median(std::vector<double>{3}).low));
  EXPECT_EQ(interval_of_median(std::vector<double>{3}).estimate, 3.0);
}

}  // namespace
}  // namespace scalemark
