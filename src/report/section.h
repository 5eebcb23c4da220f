#pragma once

#include <string>
#include <vector>

#include "report/tables/table.h"

namespace scalemark::report {

struct LegendEntry {
  std::string name;
  std::string classes;
  bool is_line = true;  ///< else a filled square
};

/// A drawing and what stands around it. The numbers that it draws are in the table of its section.
struct Figure {
  std::string caption;
  std::string svg;
  std::vector<LegendEntry> legend;
};

/// One part of a report: what its pages say and draw under one heading. The writers know nothing else.
struct Section {
  std::string title;        ///< empty: the table is in its CSV file only
  std::string explanation;  ///< what is held fixed, how the numbers are defined
  Table table;
  bool in_markdown = true;  ///< false: the table is too long to read, and its figures are what the page shows
  std::vector<Figure> figures{};
};

}  // namespace scalemark::report
