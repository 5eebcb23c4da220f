#pragma once

#include <fmt/format.h>

#include <cmath>
#include <string>
#include <vector>

#include "analysis/comparison/comparable_cases.h"
#include "core/quantity_text.h"
#include "report/section.h"
#include "report/tables/columns.h"

namespace scalemark::report {

/// "+10.2 %", with a sign in either direction.
inline std::string signed_percent(double fraction) {
  return std::isfinite(fraction) ? fmt::format("{:+.1f} %", 100.0 * fraction) : kNotMeasuredText;
}

/// "0.012", "< 0.001".
inline std::string p_value_text(double p_value) {
  if (!std::isfinite(p_value)) return kNotMeasuredText;
  return p_value < 0.001 ? "< 0.001" : fmt::format("{:.3f}", p_value);
}

/// The files that were left out, and why.
inline Section refused_section(const std::string& table_name, const std::vector<analysis::RefusedFile>& refused) {
  Columns<analysis::RefusedFile> columns;
  columns.text("file", "file", &analysis::RefusedFile::name).text("reason", "reason", &analysis::RefusedFile::reason);
  return {"Not compared", "", columns.table(table_name, "", refused)};
}

}  // namespace scalemark::report
