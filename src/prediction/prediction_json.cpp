#include "prediction/prediction_json.h"

#include "core/nan.h"
#include "report/json/table_json.h"

namespace scalemark::prediction {
namespace {

void add_interval_of(JsonWriter& json, const std::string& name, const Interval& interval, bool is_known) {
  json.member(name, is_known ? interval.estimate : kNaN)
      .member(name + "_low", is_known ? interval.low : kNaN)
      .member(name + "_high", is_known ? interval.high : kNaN);
}

/// What the measurements do not identify is null.
void add_level(JsonWriter& json, const char* name, const LinkFit& level) {
  const bool has_level = is_known(level.link);
  json.key(name).begin_object();
  add_interval_of(json, "latency_seconds", level.latency_seconds, has_level && level.knows_latency);
  // Without the latency no interval of the bandwidth was fitted.
  const Interval bandwidth =
      level.knows_latency ? level.bytes_per_second : Interval{level.link.bytes_per_second, kNaN, kNaN};
  add_interval_of(json, "bytes_per_second", bandwidth, has_level && level.knows_bandwidth);
  add_interval_of(json, "congestion", level.congestion, has_level && level.knows_congestion);
  json.end_object();
}

}  // namespace

std::string prediction_json(const Prediction& prediction) {
  return json_document("predict", [&](JsonWriter& json) {
    json.key("network").begin_object();
    json.member("name", prediction.network.name)
        .member("source", prediction.network_source)
        .member("ranks_per_node", prediction.network.ranks_per_node);
    add_level(json, "intra_node", prediction.network.intra_node);
    add_level(json, "inter_node", prediction.network.inter_node);
    json.end_object();
    json.member("notes", prediction.notes);
    report::add_tables(json, prediction_sections(prediction));
  });
}

}  // namespace scalemark::prediction
