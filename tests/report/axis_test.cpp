#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "analysis/result_fixture.h"
#include "report/charts/figures.h"
#include "report/charts/line_chart.h"
#include "report/charts/scale.h"

namespace scalemark::report {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::vector<double> values_of(const std::vector<Tick>& ticks) {
  std::vector<double> values;
  values.reserve(ticks.size());
  for (const Tick& tick : ticks) values.push_back(tick.value);
  return values;
}

/// Labels as the figures of losses have them.
std::string number(double value) { return fmt::format("{:.3g}", value); }

TEST(Ticks, AreRoundValuesWithinTheAxis) {
  EXPECT_EQ(values_of(linear_ticks(0, 10, number)), (std::vector<double>{0, 2, 4, 6, 8, 10}));
  EXPECT_EQ(values_of(linear_ticks(-1, 1, number)), (std::vector<double>{-1, -0.5, 0, 0.5, 1}));
  EXPECT_EQ(values_of(log_ticks(1, 100, number)), (std::vector<double>{1, 2, 5, 10, 20, 50, 100}));
}

TEST(Ticks, OfAnAxisThatADoubleCannotDivideAreFew) {
  for (const double low : {2.302585092994045, 1.0, 1e-300, 1e300, -4.0, 0.0}) {
    double high = low;
    for (int ulps = 1; ulps <= 64; ++ulps) {
      high = std::nextafter(high, kInfinity);
      EXPECT_LE(linear_ticks(low, high, number).size(), 6U) << low << " and " << ulps << " ulps";
      if (low <= 0) continue;
      EXPECT_LE(log_ticks(low, high, number).size(), 7U) << low << " and " << ulps << " ulps";
    }
  }
}

TEST(Ticks, AreInOrderDifferentAndFewOnAnyAxis) {
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> exponent(-140, 140);
  for (int i = 0; i < 20'000; ++i) {
    const double low = std::pow(10.0, exponent(random)) * (i % 3 == 0 ? -1 : 1);
    const double high = low + std::abs(low) * std::pow(10.0, exponent(random) / 9);
    if (!(high > low)) continue;
    const auto linear = values_of(linear_ticks(low, high, number));
    ASSERT_LE(linear.size(), 6U) << low << " to " << high;
    ASSERT_EQ(std::set<double>(linear.begin(), linear.end()).size(), linear.size()) << low << " to " << high;
    ASSERT_TRUE(std::is_sorted(linear.begin(), linear.end()));
    if (low <= 0) continue;
    ASSERT_LE(log_ticks(low, high, number).size(), 7U) << low << " to " << high;
  }
}

LineChart chart_of(const std::vector<double>& values, Scale::Kind kind) {
  LineChart chart{"t", "d", {"x", Scale::Kind::kLinear, count_text, {}}, {"y", kind, number, {}}, {}, {}, true};
  ChartSeries series{"s", {}};
  for (std::size_t i = 0; i < values.size(); ++i)
    series.points.push_back({static_cast<double>(i), {values[i], NAN, NAN}});
  chart.series = {series};
  return chart;
}

TEST(LineChart, ValuesThatDifferByAnUlpAreDrawnAsEqual) {
  for (const auto kind : {Scale::Kind::kLinear, Scale::Kind::kLog}) {
    const double value = 2.302585092994045;
    const std::string equal = draw(chart_of({value, value}, kind));
    EXPECT_FALSE(equal.empty());
    EXPECT_EQ(draw(chart_of({value, std::nextafter(value, 3.0)}, kind)), equal);
  }
}

TEST(LineChart, ValuesNearTheEndsOfADoubleHaveNoInfiniteCoordinate) {
  constexpr double kLargest = std::numeric_limits<double>::max();
  for (const auto kind : {Scale::Kind::kLinear, Scale::Kind::kLog}) {
    for (const std::vector<double>& values :
         {std::vector<double>{-kLargest, 1.0, kLargest}, {1e-320, 1.0}, {1e-320, 1e-310}, {kInfinity, 1.0}, {NAN}}) {
      const std::string svg = draw(chart_of(values, kind));
      EXPECT_LT(svg.size(), 10'000U);
      EXPECT_EQ(svg.find("inf"), std::string::npos) << svg;
      EXPECT_EQ(svg.find("nan"), std::string::npos) << svg;
    }
  }
}

TEST(Figures, OfLongSeriesAreThin) {
  auto record = analysis::make_case("long", 1, 8, std::vector<double>(2'000, 0.1));
  for (int epoch = 0; epoch < 50'000; ++epoch) {
    record.loss.push_back(1.0 / (epoch + 1));
    record.accuracy.push_back({0.001 * (epoch % 7), 0.5});
    record.epoch_seconds.push_back(0.1);
  }
  const auto report = analysis::build_report({analysis::make_file({record})});
  for (const auto& figures : {training_figures(report), sample_figures(report)}) {
    EXPECT_FALSE(figures.empty());
    for (const Figure& figure : figures) EXPECT_LT(figure.svg.size(), 100'000U) << figure.caption;
  }
}

}  // namespace
}  // namespace scalemark::report
