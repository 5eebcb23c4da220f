#pragma once

#include <string>
#include <vector>

#include "analysis/report.h"
#include "core/quantity_text.h"
#include "report/section.h"

namespace scalemark::report {

/// A figure in large type.
struct Tile {
  std::string title;  ///< "Efficiency"
  std::string value;  ///< "87.5 %"
  std::string range;  ///< "79.9 to 95.9": its 95 % interval; or empty
  std::string text;   ///< of what, and what to do
};

/// The value as it stands before its brackets: with as many digits as its bounds deserve.
std::string tile_value(const Interval& value, Unit unit);

/// "79.9 to 95.9": the brackets of the value's text, in words.
std::string tile_range(const Interval& value, Unit unit);

/// The page's answer: throughput at the most ranks, efficiency, largest loss and its remedy; of cases on one number of
/// ranks the fastest, the largest effect of one change and the share of the device's rate. None of a busy machine.
std::vector<Tile> tiles_of(const analysis::Report& report);

/// The figures that belong to it: speed-up and waterfall, or what the files have in their place.
std::vector<Figure> overview_figures(const analysis::Report& report);

}  // namespace scalemark::report
