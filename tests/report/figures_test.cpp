#include "report/charts/figures.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <sstream>

#include "analysis/result_fixture.h"
#include "analysis/synthetic_sweep.h"
#include "report/charts/bar_charts.h"
#include "report/charts/line_chart.h"
#include "report/pages/figure_download.h"

namespace scalemark::report {
namespace {

using namespace analysis;

/// By series, where its points lie.
std::map<std::string, std::vector<double>> places_in(const std::string& csv) {
  std::map<std::string, std::vector<double>> places;
  std::istringstream lines(csv);
  std::string line;
  for (std::getline(lines, line); std::getline(lines, line);) {
    const bool quoted = line.front() == '"';
    const auto name_end = quoted ? line.find("\",") + 1 : line.find(',');
    places[line.substr(0, name_end)].push_back(std::stod(line.substr(name_end + 1)));
  }
  return places;
}

bool ascend(const std::vector<double>& places) {
  return std::ranges::adjacent_find(places, std::greater_equal<>{}) == places.end();
}

TEST(Figures, NoLineGoesBackOrUp) {
  for (const auto& file :
       {SyntheticSweep().file(), SyntheticSweep().lab5(), SyntheticSweep().with_buckets_and_changes()}) {
    const Report report = build_report({file});
    std::size_t lines = 0;
    for (auto* figures : {batch_figures, key_sweep_figures, fixed_data_set_figures, fixed_global_batch_figures,
                          weak_scaling_figures, memory_figures}) {
      for (const auto& figure : figures(report)) {
        for (const auto& [name, places] : places_in(figure.csv)) EXPECT_TRUE(ascend(places)) << figure.caption << name;
        lines += places_in(figure.csv).size();
      }
    }
    EXPECT_GT(lines, 3U);
  }
}

TEST(Figures, AChangeIsABarAndASweepIsNone) {
  const auto figures = change_figures(build_report({SyntheticSweep().with_buckets_and_changes()}));
  ASSERT_FALSE(figures.empty());
  EXPECT_TRUE(contains(figures[0].svg, "together-32: bucket_fill each \u2192 together")) << figures[0].svg;
  EXPECT_FALSE(contains(figures[0].svg, "bucket_mebibytes"));
}

TEST(Figures, ABarReachesFrom1ToItsRatio) {
  const std::string svg = draw_ratios({{"half", {0.5, 0.4, 0.6}}, {"twice", {2.0, 2.0, 2.0}}}, "title", "words");
  // 12 to 428 for ratios of 0.4 to 2.1, by their logarithms: 1 lies at 241.9.
  EXPECT_TRUE(contains(svg, "<rect x=\"68\" y=\"18\" width=\"173.9\" height=\"11\" class=\"loss\">")) << svg;
  EXPECT_TRUE(contains(svg, "<rect x=\"241.9\" y=\"54\" width=\"173.9\" height=\"11\" class=\"gain\">")) << svg;
}

TEST(Figures, APointSaysItsValue) {
  const auto figures = batch_figures(build_report({SyntheticSweep().lab5()}));
  EXPECT_TRUE(contains(figures[0].svg, "<title>4 ranks: ")) << figures[0].svg;
  EXPECT_TRUE(contains(figures[0].svg, " at 8192</title>"));
}

TEST(Figures, AnAxisHasTwoTicksAtLeast) {
  LineChart chart{"t",
                  "d",
                  {"x", Scale::Kind::kLog, count_text, {1, 2}},
                  {"y", Scale::Kind::kLog, count_text, powers_of_two(-4, 14)},
                  {},
                  {}};
  for (const double y : {0.6, 0.9, 1.0, 1.3, 3.0, 100.0}) {
    chart.series = {{"s", {{1, {y, NAN, NAN}}, {2, {y * 1.01, NAN, NAN}}}}};
    const std::string svg = draw(chart);
    const auto first = svg.find("class=\"tick-y\"");
    ASSERT_NE(first, std::string::npos) << y;
    EXPECT_NE(svg.find("class=\"tick-y\"", first + 1), std::string::npos) << y;
  }
}

TEST(FigureDownload, StandsWithoutThePage) {
  const std::string svg = standalone_svg(batch_figures(build_report({SyntheticSweep().lab5()}))[0].svg);
  for (const char* of_page : {" class=", "var(", "--c"}) EXPECT_FALSE(contains(svg, of_page)) << of_page;
  EXPECT_TRUE(contains(svg, "stroke: #0072b2")) << svg;
  EXPECT_TRUE(contains(svg, "<svg style=\"font: 12px ")) << svg;
}

// The vectors of RFC 4648.
TEST(FigureDownload, Base64) {
  EXPECT_EQ(data_uri("text/csv", ""), "data:text/csv;base64,");
  EXPECT_EQ(data_uri("text/csv", "f"), "data:text/csv;base64,Zg==");
  EXPECT_EQ(data_uri("text/csv", "fo"), "data:text/csv;base64,Zm8=");
  EXPECT_EQ(data_uri("text/csv", "foo"), "data:text/csv;base64,Zm9v");
  EXPECT_EQ(data_uri("text/csv", "foobar"), "data:text/csv;base64,Zm9vYmFy");
}

TEST(PhaseFigures, ABarThatIsNotTheTimedStepSaysBoth) {
  auto record = analysis::make_case("one", 1, 32, {1.46e-3, 1.46e-3});
  record.phase_names = {"forward"};
  record.phase_seconds = {analysis::steady_samples({5.0e-3, 5.0e-3}, 1)};
  record.arms["phases"] = analysis::steady_samples({5.68e-3, 5.68e-3}, 1);
  const auto figures = phase_figures(analysis::build_report({analysis::make_file({record})}));
  ASSERT_EQ(figures.size(), 1u);
  EXPECT_NE(figures[0].svg.find("5.68 ms in this pass, timed 1.46 ms"), std::string::npos) << figures[0].svg;
}

}  // namespace
}  // namespace scalemark::report
