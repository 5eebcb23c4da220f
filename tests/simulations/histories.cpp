#include "simulations/histories.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "analysis/history/history.h"
#include "analysis/result_fixture.h"

namespace scalemark::simulations {
namespace {

using Files = std::vector<results::ResultFile>;

/// A record as it is read without its samples.
results::CaseRecord case_of(int index, double seconds) {
  auto record = analysis::make_case("gpus=" + std::to_string(index + 1), index + 1, 32, {});
  record.arms.clear();
  record.planned_repetitions = 7;
  record.row.step_mean_seconds = seconds;
  return record;
}

class HistoryMaker {
 public:
  HistoryMaker(const HistoryWorld& world, std::uint64_t seed) : world_(world), random_(seed) {}

  /// The last `since` runs are slower by `shift`.
  Files history(double shift, int since) {
    std::vector<double> state(static_cast<std::size_t>(world_.cases));
    for (double& one : state) one = draw();
    Files files;
    for (int run = 0; run < world_.runs; ++run) {
      std::vector<results::CaseRecord> cases;
      for (int i = 0; i < world_.cases; ++i) {
        double& own = state[static_cast<std::size_t>(i)];
        const double r = world_.correlation;
        own = r * own + std::sqrt(1.0 - r * r) * draw();
        const double factor = run >= world_.runs - since ? 1.0 + shift : 1.0;
        cases.push_back(case_of(i, 0.1 * factor * std::exp(world_.scatter * own)));
      }
      files.push_back(analysis::make_file(cases, fmt::format("2026-01-01T{:06}", run)));
    }
    return files;
  }

 private:
  double draw() { return world_.heavy_tails ? student_(random_) : normal_(random_); }

  const HistoryWorld& world_;
  std::mt19937_64 random_;
  std::normal_distribution<double> normal_;
  std::student_t_distribution<double> student_{3.0};
};

analysis::History examined(const Files& files, std::size_t runs) {
  std::vector<analysis::NamedFile> named;
  for (std::size_t i = 0; i < runs; ++i) named.push_back({"run", &files[i]});
  return analysis::examine_history(named, {});
}

bool has_shift(const analysis::History& history) {
  return std::ranges::any_of(history.cases, [](const auto& one) { return !one.shifts.empty(); });
}

}  // namespace

HistoryAlarms histories_examined(const HistoryWorld& world, double shift, int runs_since, int histories,
                                 std::uint64_t seed) {
  HistoryMaker maker(world, seed);
  HistoryAlarms alarms;
  for (int i = 0; i < histories; ++i) {
    const Files files = maker.history(shift, runs_since);
    const analysis::History history = examined(files, files.size());
    alarms.any_shift += has_shift(history) ? 1 : 0;
    alarms.in_last_run += history.has_news() ? 1 : 0;
  }
  return alarms;
}

int shifts_noticed(const HistoryWorld& world, double shift, int runs, int histories, std::uint64_t seed) {
  HistoryMaker maker(world, seed);
  int noticed = 0;
  for (int i = 0; i < histories; ++i) {
    const Files files = maker.history(shift, runs);
    bool found = false;
    for (int run = 1; run <= runs && !found; ++run)
      found = examined(files, files.size() - static_cast<std::size_t>(runs - run)).has_news();
    noticed += found ? 1 : 0;
  }
  return noticed;
}

std::string history_tables(int histories, std::uint64_t seed) {
  const auto percent = [histories](int part) { return 100.0 * part / histories; };
  std::string text = fmt::format(
      "{} histories a cell, in %: some shift is named / the last run alone raises an alarm.\n\n"
      "| without a shift | 10 runs | 30 runs | 200 runs |\n| --- | --- | --- | --- |\n",
      histories);
  const std::vector<HistoryWorld> worlds{{"1 case, 2 % scatter"},
                                         {"1 case, 0.5 % scatter", 30, 1, 0.005},
                                         {"10 cases, 2 % scatter", 30, 10},
                                         {"heavy tails", 30, 1, 0.02, 0.0, true},
                                         {"correlated, 0.3", 30, 1, 0.02, 0.3},
                                         {"correlated, 0.6", 30, 1, 0.02, 0.6}};
  for (HistoryWorld world : worlds) {
    text += "| " + world.name;
    for (const int runs : {10, 30, 200}) {
      world.runs = runs;
      const HistoryAlarms found = histories_examined(world, 0.0, 0, histories, seed);
      text += fmt::format(" | {:.1f} / {:.1f}", percent(found.any_shift), percent(found.in_last_run));
    }
    text += " |\n";
  }
  text += fmt::format(
      "\n{} histories of 30 runs a cell; the shift is noticed within so many runs, in %.\n\n"
      "| shift | scatter | 1 run | 2 runs | 3 runs | 5 runs |\n| --- | --- | --- | --- | --- | --- |\n",
      histories);
  for (const double shift : {0.03, 0.05, 0.10}) {
    for (const double scatter : {0.005, 0.01, 0.02}) {
      text += fmt::format("| {:.0f} % | {:g} %", 100 * shift, 100 * scatter);
      for (const int runs : {1, 2, 3, 5})
        text += fmt::format(" | {:.1f}", percent(shifts_noticed({"", 30, 1, scatter}, shift, runs, histories, seed)));
      text += " |\n";
    }
  }
  return text;
}

}  // namespace scalemark::simulations
