/// The coverage of `scalemark predict` in worlds with stragglers and congestion, as a Markdown table.
///
/// usage: predict_coverage [WORLDS]     (300 of each kind, five minutes; the seeds are fixed, so that the table comes
/// out the same)
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "prediction/coverage.h"

namespace scalemark::prediction {
namespace {

std::string cells_of(const Coverage& coverage) {
  if (coverage.predicted == 0) return "– | 100 % | –";
  return fmt::format("{:.0f} % | {:.0f} % | {:.2f}", 100 * coverage.covered_share(), 100 * coverage.withheld_share(),
                     coverage.width);
}

void print_row(const Layout& layout, const Troubles& troubles, int worlds) {
  fmt::print("| {} | {} | {} | {} |\n", layout.name, troubles.name, cells_of(coverage_of(troubles, layout, 2, worlds)),
             cells_of(coverage_of(troubles, layout, 8, worlds)));
  std::fflush(stdout);
}

}  // namespace
}  // namespace scalemark::prediction

int main(int argc, char** argv) {
  using namespace scalemark::prediction;
  const int worlds = argc > 1 ? std::atoi(argv[1]) : 300;
  fmt::print("| measured | world | 2 x: covered | withheld | high / low | 8 x: covered | withheld | high / low |\n");
  fmt::print("| --- | --- | --- | --- | --- | --- | --- | --- |\n");
  for (const Layout& layout : layouts()) {
    for (const Troubles& troubles : kinds_of_trouble()) {
      if (layout.identifies || &troubles == &kinds_of_trouble().back()) print_row(layout, troubles, worlds);
    }
  }
}
