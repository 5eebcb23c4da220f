#include <cmath>
#include <string>

#include "core/quantity_text.h"
#include "report/tables/tables.h"
#include "report/tables/text_table.h"

namespace scalemark::report {
namespace {

const char* unit_name(Unit unit) {
  switch (unit) {
    case Unit::kSeconds:
      return "s";
    case Unit::kBytes:
      return "bytes";
    case Unit::kImagesPerSecond:
      return "images/s";
    case Unit::kFraction:
      return "fraction";
    default:
      return "count";
  }
}

/// A count is shown to its last digit: it is equal or it is not.
std::string figure_text(const Interval& value, Unit unit) {
  if (unit == Unit::kNone && std::isfinite(value.estimate))
    return cell_text(Cell{static_cast<std::int64_t>(value.estimate)}, unit);
  return to_text(value, unit);
}

std::vector<Column> published_columns() {
  return {text_column("published case", "published_case"),
          text_column("figure", "figure"),
          text_column("", "unit"),
          text_column("published", ""),
          number_column("", "published"),
          text_column("on", "published_device"),
          text_column("measured here", ""),
          interval_column("", "measured", Unit::kNone),
          text_column("on", "measured_device"),
          number_column("measured / published", "measured_over_published", Unit::kRatio),
          text_column("", "measured_case"),
          text_column("remark", "remark")};
}

}  // namespace

Table published_table(const std::vector<analysis::PublishedBeside>& pairs) {
  Table table{
      "published",
      "Published figures beside this report's",
      "Each published figure, and the same one of the case that was measured in its place: the case of the same "
      "label and model, or of the same model, devices and batch per rank. The hardware differs, and so may what the "
      "remark says; "
      "the ratio is for orientation, and no speed-up is taken across the two.",
      "No published figures are among the files.",
      published_columns(),
      {}};
  constexpr double kNone = results::kNotMeasured;
  for (const auto& pair : pairs) {
    table.rows.push_back({pair.name, pair.figure, std::string(unit_name(pair.unit)),
                          figure_text({pair.published, kNone, kNone}, pair.unit), pair.published, pair.published_device,
                          figure_text(pair.measured, pair.unit), pair.measured, pair.measured_device,
                          pair.measured.estimate / pair.published, pair.measured_name, pair.remark});
  }
  return table;
}

}  // namespace scalemark::report
