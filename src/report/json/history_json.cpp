#include "report/json/history_json.h"

#include "report/json/table_json.h"

namespace scalemark::report {

std::string history_json(const analysis::History& history, const SectionPage& page) {
  return json_document("trend", [&](JsonWriter& json) {
    json.member("summary", page.summary)
        .member("threshold", history.threshold)
        .member("runs", history.runs.size())
        .member("has_news", history.has_news());
    add_tables(json, page.sections);
  });
}

}  // namespace scalemark::report
