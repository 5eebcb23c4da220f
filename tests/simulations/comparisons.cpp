#include "simulations/comparisons.h"

#include <fmt/format.h>

#include <random>
#include <vector>

#include "analysis/comparison/comparison.h"
#include "analysis/result_fixture.h"
#include "core/mean_ratio.h"

namespace scalemark::simulations {
namespace {

constexpr double kThreshold = 0.05;

/// The repetitions of both builds, and the files that hold them.
struct Sides {
  std::vector<double> base;
  std::vector<double> changed;
};

Sides draw(const ComparisonWorld& world, Layout layout, int count, double true_ratio, std::mt19937_64& random) {
  std::normal_distribution<double> normal;
  const auto job = [&] { return 1.0 + world.job_scatter * normal(random); };
  const auto repetition = [&] { return 1.0 + world.scatter * normal(random); };
  const double base_job = job();
  const double new_job = job();
  Sides sides;
  for (int i = 0; i < count; ++i) {
    const bool two_files = layout == Layout::kTwoFiles;
    const double shared = 1.0 + world.slow_period * normal(random);
    // Jobs that do not alternate meet another machine each; the repetitions of one job the same one.
    const double other = layout == Layout::kRounds ? shared : 1.0 + world.slow_period * normal(random);
    sides.base.push_back((two_files ? base_job : job() * shared) * repetition());
    sides.changed.push_back(true_ratio * (two_files ? new_job : job() * other) * repetition());
  }
  return sides;
}

std::vector<results::ResultFile> files_of(const std::vector<double>& seconds, Layout layout) {
  if (layout == Layout::kTwoFiles) return {analysis::make_file({analysis::make_case("a", 1, 10, seconds)})};
  std::vector<results::ResultFile> files;
  files.reserve(seconds.size());
  for (const double one : seconds) files.push_back(analysis::make_file({analysis::make_case("a", 1, 10, {one})}));
  return files;
}

std::string cell(int part, int whole) { return fmt::format(" | {:.1f}", 100.0 * part / whole); }

std::string power_row(const char* name, const ComparisonWorld& world, Layout layout, int count, int comparisons,
                      std::uint64_t seed) {
  std::string row = fmt::format("| {} | {} | {:.0f} | {:.0f} | {:.0f}", name, count, 100 * world.scatter,
                                100 * world.job_scatter, 100 * world.slow_period);
  Calls last;
  for (const double ratio : {1.0, 1.05, 1.10, 1.20}) {
    last = calls_in(world, layout, count, ratio, comparisons, seed);
    row += cell(last.by_threshold, comparisons);
  }
  const double stated = 1.0 + last.median_found_in_80;
  const Calls at_stated = calls_in(world, layout, count, stated, comparisons, seed);
  return row + fmt::format(" | {:.1f}{} |\n", 100 * (stated - 1.0), cell(at_stated.by_threshold, comparisons));
}

std::string rule_row(const ComparisonWorld& world, int count, int comparisons, std::uint64_t seed) {
  std::string row = fmt::format("| {} | {:.0f} | {:.0f}", count, 100 * world.scatter, 100 * world.job_scatter);
  for (const double ratio : {1.0, 1.05, 1.10}) {
    const Calls calls = calls_in(world, Layout::kTwoFiles, count, ratio, comparisons, seed);
    row += cell(calls.by_threshold, comparisons) + cell(calls.by_significance, comparisons);
  }
  return row + " |\n";
}

std::string power_table(int comparisons, std::uint64_t seed) {
  std::string table = fmt::format(
      "{} comparisons a cell, threshold 5 %; called slower, in %.\n\n"
      "| layout | a side | scatter % | of jobs % | of the machine % | no change | +5 % | +10 % | +20 % | \"found in 80 "
      "%\" | "
      "called there |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n",
      comparisons);
  const auto add = [&](const char* name, const ComparisonWorld& world, Layout layout,
                       std::initializer_list<int> counts) {
    for (const int count : counts) table += power_row(name, world, layout, count, comparisons, seed);
  };
  add("two files, repetitions", {0.02, 0.0, 0.0}, Layout::kTwoFiles, {5, 7, 20});
  add("two files, repetitions", {0.02, 0.03, 0.0}, Layout::kTwoFiles, {5, 7, 20});
  add("jobs", {0.02, 0.03, 0.0}, Layout::kJobs, {3, 5, 10});
  add("jobs", {0.02, 0.03, 0.10}, Layout::kJobs, {10});
  add("rounds (`scripts/ab`)", {0.02, 0.03, 0.10}, Layout::kRounds, {5, 7, 10, 20});
  return table;
}

std::string rule_table(int comparisons, std::uint64_t seed) {
  std::string table = fmt::format(
      "{} comparisons of two files a cell; called slower in %, as shipped and by the rule \"p < 0.05 and an estimate "
      "beyond 5 %\".\n\n"
      "| repetitions | scatter % | of jobs % | no change: shipped | the other rule | +5 % | the other | +10 % | the "
      "other |\n"
      "| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n",
      comparisons);
  for (const double job_scatter : {0.0, 0.03}) {
    for (const int count : {5, 7, 20}) table += rule_row({0.02, job_scatter, 0.0}, count, comparisons, seed);
  }
  return table;
}

}  // namespace

Calls calls_in(const ComparisonWorld& world, Layout layout, int count, double true_ratio, int comparisons,
               std::uint64_t seed) {
  std::mt19937_64 random(seed);
  Calls calls;
  std::vector<double> stated;
  for (int i = 0; i < comparisons; ++i) {
    const Sides sides = draw(world, layout, count, true_ratio, random);
    const auto result = analysis::compare_jobs(files_of(sides.base, layout), files_of(sides.changed, layout),
                                               {kThreshold, layout == Layout::kRounds, false});
    calls.by_threshold += result.cases.at(0).verdict == analysis::Verdict::kSlower ? 1 : 0;
    stated.push_back(result.cases.at(0).found_in_80);
    const MeanRatio test = layout == Layout::kRounds ? paired_mean_ratio(sides.changed, sides.base)
                                                     : unpaired_mean_ratio(sides.changed, sides.base);
    calls.by_significance += test.p_value_against(1.0) < 0.05 && test.estimate > 1.0 + kThreshold ? 1 : 0;
  }
  calls.median_found_in_80 = median(stated);
  return calls;
}

std::string comparison_tables(int comparisons, std::uint64_t seed) {
  return power_table(comparisons, seed) + "\n" + rule_table(comparisons, seed);
}

}  // namespace scalemark::simulations
