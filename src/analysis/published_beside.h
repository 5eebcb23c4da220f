#pragma once

#include <string>
#include <vector>

#include "analysis/case_set.h"
#include "core/quantity_text.h"

namespace scalemark::analysis {

/// One published figure, and the same figure of the case that this report measured in its place.
struct PublishedBeside {
  std::string name;    ///< of the published case
  std::string figure;  ///< "epoch time"
  Unit unit = Unit::kNone;
  double published = results::kNotMeasured;
  std::string published_device;
  Interval measured{results::kNotMeasured, results::kNotMeasured, results::kNotMeasured};
  std::string measured_name{};  ///< empty where no case of the report stands for the published one
  std::string measured_device{};
  std::string remark{};  ///< what the publication leaves open, what differs, and why a figure is missing
};

/// What a figure of a publication is called, and its unit.
struct FigureName {
  std::string name;
  Unit unit = Unit::kNone;
};

/// Every figure that a published case may have.
std::vector<FigureName> published_figures();

/// Every published figure, in the files' order. A measured case stands for a published one where both have the same
/// label and model, or, where the publication gives no label, the same model, devices and batch per rank.
std::vector<PublishedBeside> published_beside_measured(const CaseSet& set);

}  // namespace scalemark::analysis
