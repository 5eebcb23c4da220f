#include <cmath>
#include <string>

#include "report/tables/columns.h"
#include "report/tables/tables.h"

namespace scalemark::report {
namespace {

using analysis::PublishedBeside;

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
  if (unit == Unit::kNone && std::isfinite(value.estimate)) {
    return std::to_string(static_cast<std::int64_t>(value.estimate));
  }
  return to_text(value, unit);
}

}  // namespace

Section published_section(const std::vector<PublishedBeside>& pairs) {
  constexpr double kNone = results::kNotMeasured;
  Columns<PublishedBeside> columns;
  columns.text("published case", "published_case", &PublishedBeside::name)
      .text("figure", "figure", &PublishedBeside::figure)
      .text("", "unit", [](const PublishedBeside& pair) { return unit_name(pair.unit); })
      .text("published", "",
            [](const PublishedBeside& pair) {
              return figure_text({pair.published, kNone, kNone}, pair.unit);
            })
      .number("", "published", Unit::kNone, &PublishedBeside::published)
      .text("on", "published_device", &PublishedBeside::published_device)
      .text("measured here", "", [](const PublishedBeside& pair) { return figure_text(pair.measured, pair.unit); })
      .interval("", "measured", Unit::kNone, &PublishedBeside::measured)
      .text("on", "measured_device", &PublishedBeside::measured_device)
      .number("measured / published", "measured_over_published", Unit::kRatio,
              [](const PublishedBeside& pair) { return pair.measured.estimate / pair.published; })
      .text("", "measured_case", &PublishedBeside::measured_name)
      .text("remark", "remark", &PublishedBeside::remark);
  return {"Published figures beside this report's",
          "Each published figure beside the same figure of the matching measured case: the case of the same label and "
          "model, or of the same model, devices and batch per rank. The hardware differs, and the remark says what "
          "else may. The ratio is for orientation only: no speed-up is computed across the two.",
          columns.table("published", "No published figures are among the files.", pairs)};
}

}  // namespace scalemark::report
