// The simulations behind the tables of docs/evidence.md: `simulate intervals`, `stragglers`, `trends`,
// `comparisons`, `nodes`, `histories` or `predictions`, with the number of runs a cell where another than the tables'
// is wanted. The shipped estimators are linked, not copied.
#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <string_view>

#include "simulations/comparisons.h"
#include "simulations/fleets.h"
#include "simulations/histories.h"
#include "simulations/intervals.h"
#include "simulations/predictions.h"
#include "simulations/stragglers.h"
#include "simulations/trends.h"

namespace {

using namespace scalemark::simulations;

struct Simulation {
  std::string_view name;
  std::string (*tables)(int runs, std::uint64_t seed);
  int runs;
};

constexpr std::array kSimulations{
    Simulation{"intervals", interval_tables, 2000},  Simulation{"stragglers", straggler_table, 500},
    Simulation{"trends", trend_tables, 1000},        Simulation{"comparisons", comparison_tables, 1000},
    Simulation{"nodes", fleet_table, 500},           Simulation{"histories", history_tables, 1000},
    Simulation{"predictions", prediction_table, 300}};

constexpr std::uint64_t kSeed = 20240601;

}  // namespace

int main(int argc, char** argv) {
  const std::string_view wanted = argc > 1 ? argv[1] : "";
  for (const Simulation& one : kSimulations) {
    if (one.name != wanted) continue;
    const int runs = argc > 2 ? std::atoi(argv[2]) : one.runs;
    if (runs < 1) break;
    fmt::print("{}", one.tables(runs, kSeed));
    return 0;
  }
  fmt::print(stderr, "usage: simulate intervals|stragglers|trends|comparisons|nodes|histories|predictions [RUNS]\n");
  return 2;
}
