#include "report/json/fleet_json.h"

#include "report/json/table_json.h"

namespace scalemark::report {

std::string fleet_json(const analysis::Fleet& fleet, const SectionPage& page) {
  return json_document("nodes", [&](JsonWriter& json) {
    json.member("summary", page.summary)
        .member("threshold", fleet.threshold)
        .member("nodes", fleet.nodes)
        .member("bad_nodes", fleet.bad_nodes())
        .member("drifted", fleet.drifted())
        .member("is_healthy", fleet.is_healthy());
    add_tables(json, page.sections);
  });
}

}  // namespace scalemark::report
