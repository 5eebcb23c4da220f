#include "collectives/comm_json.h"

#include <array>
#include <optional>
#include <utility>

#include "collectives/size_figures.h"
#include "collectives/table.h"
#include "core/statistics.h"
#include "core/text/json_writer.h"

namespace scalemark::collectives {
namespace {

using results::CommRecord;
using Layout = JsonWriter::Layout;

struct CommColumn {
  const char* name;
  const char* type;
  const char* unit;
};
constexpr auto kCommColumns = std::to_array<CommColumn>({{"collective", "text", ""},
                                                         {"reduction", "text", ""},
                                                         {"ranks", "number", ""},
                                                         {"type", "text", ""},
                                                         {"backend", "text", ""},
                                                         {"place", "text", ""},
                                                         {"size_bytes", "number", "B"},
                                                         {"elements", "number", ""},
                                                         {"seconds", "number", "s"},
                                                         {"algorithm_bandwidth_bytes_per_second", "number", "B/s"},
                                                         {"bus_bandwidth_bytes_per_second", "number", "B/s"},
                                                         {"expected_bus_bandwidth_bytes_per_second", "number", "B/s"},
                                                         {"wrong_elements", "number", ""},
                                                         {"least_seconds", "number", "s"},
                                                         {"p50_seconds", "number", "s"},
                                                         {"p90_seconds", "number", "s"},
                                                         {"p99_seconds", "number", "s"},
                                                         {"most_seconds", "number", "s"},
                                                         {"repetitions", "number", ""},
                                                         {"graph_seconds", "number", "s"},
                                                         {"call_seconds", "number", "s"},
                                                         {"choice", "text", ""},
                                                         {"links", "text", ""}});

void add_percentiles(JsonWriter& json, const SizeFigures& figures) {
  constexpr std::array<std::pair<const char*, double>, 5> kPercentiles{
      {{"least_seconds", 0.0}, {"p50_seconds", 0.5}, {"p90_seconds", 0.9}, {"p99_seconds", 0.99}, {"most_seconds", 1}}};
  for (const auto& [name, share] : kPercentiles) json.member(name, quantile(figures.repetition_seconds, share));
}

void add_row(JsonWriter& json, const Operation& operation, const CommRecord& record, std::size_t size, bool in_place) {
  const SizeFigures figures = figures_of(operation, record, size, in_place);
  json.begin_object(Layout::kOneLine)
      .member("collective", record.op)
      .member("reduction", redop(operation))
      .member("ranks", record.ranks)
      .member("type", record.type)
      .member("backend", record.backend)
      .member("place", in_place ? "in place" : "out of place")
      .member("size_bytes", record.bytes[size])
      .member("elements", elements_of(operation, record, size))
      .member("seconds", figures.seconds)
      .member("algorithm_bandwidth_bytes_per_second", figures.algorithm_bandwidth)
      .member("bus_bandwidth_bytes_per_second", figures.bus_bandwidth)
      .member("expected_bus_bandwidth_bytes_per_second", record.expected_bus_bandwidth)
      .member("wrong_elements", figures.wrong);
  add_percentiles(json, figures);
  json.member("repetitions", figures.repetition_seconds.size())
      .member("graph_seconds", figures.graph_seconds)
      .member("call_seconds", figures.call_seconds)
      .member("choice", record.choices.empty() ? std::string() : record.choices[size])
      .member("links", record.links)
      .end_object();
}

void add_comm_table(JsonWriter& json, std::span<const Operation> operations, const results::ResultFile& job) {
  json.key("collectives").begin_object().member("title", "Collectives by themselves").key("columns").begin_array();
  for (const auto& [name, type, unit] : kCommColumns) {
    json.begin_object(Layout::kOneLine);
    json.member("name", name).member("type", type).member("unit", unit).end_object();
  }
  json.end_array().key("rows").begin_array();
  for (std::size_t i = 0; i < job.comm.size(); ++i) {
    for (const bool in_place : {false, true}) {
      for (std::size_t size = 0; has_place(job.comm[i], in_place) && size < job.comm[i].bytes.size(); ++size)
        add_row(json, operations[i], job.comm[i], size, in_place);
    }
  }
  json.end_array().key("remarks").begin_array().end_array().end_object();
}

/// Of all collectives; none where nothing was checked.
std::optional<std::int64_t> wrong_of_all(const results::ResultFile& job) {
  std::optional<std::int64_t> wrong;
  for (const CommRecord& record : job.comm) {
    if (!record.wrong.empty()) wrong = wrong.value_or(0) + wrong_elements(record);
  }
  return wrong;
}

}  // namespace

std::string comm_json(std::span<const Operation> operations, const results::ResultFile& job) {
  return json_document("comm", [&](JsonWriter& json) {
    json.member("hosts", job.provenance.hosts)
        .member("devices", job.provenance.devices)
        .member("libraries", job.provenance.versions)
        .member("wrong_elements", wrong_of_all(job));
    json.key("tables").begin_object();
    add_comm_table(json, operations, job);
    json.end_object();
  });
}

}  // namespace scalemark::collectives
