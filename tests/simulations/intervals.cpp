#include "simulations/intervals.h"

#include <fmt/format.h>

#include "analysis/scaling.h"
#include "analysis/stability.h"
#include "core/statistics.h"

namespace scalemark::simulations {
namespace {

bool holds(const Interval& interval, double truth) { return interval.low <= truth && truth <= interval.high; }

void count_flags(Coverage& coverage, const analysis::CaseSet& set, bool covered) {
  std::size_t assumptions = 0;
  bool flagged = false;
  for (const auto& one : set.cases) {
    for (const auto& flag : analysis::validity_flags(one)) {
      if (flag.kind == "independence assumed") ++assumptions;
      if (flag.kind != "independence assumed") flagged = true;
    }
  }
  coverage.flagged += flagged ? 1 : 0;
  coverage.neither += flagged || covered ? 0 : 1;
  coverage.assumption_stated += assumptions == set.cases.size() ? 1 : 0;
}

std::string percent(int part, int whole) { return fmt::format("{:.1f}", 100.0 * part / whole); }

std::string row_of(const World& world, const std::vector<int>& repetitions, int sweeps, std::uint64_t seed) {
  std::string row = "| " + world.name;
  for (const int count : repetitions) {
    const Coverage found = coverage_of(world, count, sweeps, seed);
    row += fmt::format(" | {} / {:.1f} / {}", percent(found.covered, sweeps), 100 * found.median_width,
                       percent(found.flagged, sweeps));
  }
  return row + " |\n";
}

std::string table_of(const std::vector<World>& worlds, const std::vector<int>& repetitions, int sweeps,
                     std::uint64_t seed) {
  std::string head = "| repetitions: covered / median width / flagged, in % |";
  std::string rule = "| --- |";
  for (const int count : repetitions) {
    head += count == kAuto ? std::string(" auto |") : fmt::format(" {} |", count);
    rule += " --- |";
  }
  std::string table = head + "\n" + rule + "\n";
  for (const World& world : worlds) table += row_of(world, repetitions, sweeps, seed);
  return table;
}

}  // namespace

Coverage coverage_of(const World& world, int repetitions, int sweeps, std::uint64_t seed) {
  SimulatedSweep sweep(world, repetitions, seed);
  const double truth = sweep.true_efficiency();
  Coverage coverage;
  std::vector<double> widths;
  for (coverage.sweeps = 0; coverage.sweeps < sweeps; ++coverage.sweeps) {
    const analysis::CaseSet set = analysis::merge_cases(sweep.measure());
    const auto row = scaling_rows(analysis::ScalingKind::kFixedWorkPerRank, set.cases).at(1);
    const bool covered = holds(row.efficiency, truth) && holds(row.speedup, 2.0 * truth);
    coverage.covered += covered ? 1 : 0;
    widths.push_back((row.efficiency.high - row.efficiency.low) / truth);
    count_flags(coverage, set, covered);
  }
  coverage.median_width = median(widths);
  return coverage;
}

std::string interval_tables(int sweeps, std::uint64_t seed) {
  return fmt::format("{} sweeps a cell.\n\n", sweeps) + table_of(quiet_worlds(), {3, 5, 7, 20, kAuto}, sweeps, seed) +
         "\n" + table_of(adverse_worlds(), {3, 7, 20, 40, kAuto}, sweeps, seed);
}

}  // namespace scalemark::simulations
