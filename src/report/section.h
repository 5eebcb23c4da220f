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
  std::string csv{};  ///< the numbers that it draws
};

/// One quantity of a sweep: batch per rank down, ranks across.
struct Matrix {
  std::string title;
  std::string note;  ///< what its marks mean; empty where none stands
  Table table;
  std::string quantity{};  ///< its title without the sweep's name
};

/// One part of a report: what its pages say and draw under one heading. The writers know nothing else.
struct Section {
  std::string title;        ///< empty: the table is in its CSV file only
  std::string explanation;  ///< what is held fixed, how the numbers are defined: for the page's methods
  Table table;
  bool in_markdown = true;  ///< false: the table is too long to read, and its figures are what the page shows
  std::vector<Figure> figures{};
  std::string note{};         ///< what the files leave open; stands at the table
  std::string measured_by{};  ///< where the table is empty: what of a config would fill it; empty: nothing was found
  std::vector<Matrix> matrices{};  ///< what pages show in place of the table
};

/// A page that is no report of a sweep: a title, what it comes to, and sections.
struct SectionPage {
  std::string stem;     ///< of the files' names: "nodes"
  std::string title;    ///< "Nodes of quickstart"
  std::string summary;  ///< one or two sentences
  std::vector<Section> sections;
};

}  // namespace scalemark::report
