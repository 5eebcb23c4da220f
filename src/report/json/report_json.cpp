#include "report/json/report_json.h"

#include <fmt/format.h>

#include "core/error.h"
#include "core/units.h"
#include "report/json/table_json.h"
#include "report/report.h"
#include "report/sections.h"

namespace scalemark::report {

void write_report_json(const analysis::Report& report, const std::vector<Section>& sections, const TextSink& sink) {
  write_json_document(sink, "report", [&](JsonWriter& json) {
    add_tables(json, sections);
    json.member("notes", report.notes).member("gaps", gap_lines(sections));
  });
}

std::string report_json(const analysis::Report& report, std::size_t most_bytes) {
  std::string text;
  write_report_json(report, sections_of(report), [&](std::string_view part) {
    text += part;
    if (text.size() > most_bytes)
      throw InputError(fmt::format("the document would hold more than {}, which is out of proportion to the input",
                                   format_bytes(static_cast<double>(most_bytes))));
  });
  return text;
}

}  // namespace scalemark::report
