#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/quantity_text.h"
#include "lab/case_numbers.h"
#include "report/tables/table.h"

namespace scalemark::lab {

/// A named quantity of a case, which a template may ask for.
struct CaseQuantity {
  std::string name;   ///< "epoch_seconds": as a template writes it
  std::string title;  ///< "epoch time": for people
  Unit unit = Unit::kNone;
  std::function<report::Cell(const CaseNumbers&, const analysis::CaseLine&)> of;
  std::string needs;  ///< what of a config measures it; empty where every file has it
};

/// Every column of `cases` in the result files under its name there, then what the analysis makes of the cases, then
/// the published figures as "published epoch".
const std::vector<CaseQuantity>& case_quantities();

/// nullptr for a name that is none.
const CaseQuantity* find_quantity(std::string_view name);

std::vector<std::string> quantity_names();

/// Whether the cell holds no measured value.
bool is_blank(const report::Cell& cell);

/// The cell's number, an interval's estimate; NaN where it holds a text or nothing.
double number_of(const report::Cell& cell);

}  // namespace scalemark::lab
