#include "collectives/comm_json.h"

#include <array>
#include <optional>
#include <string>

#include "collectives/size_figures.h"
#include "collectives/table.h"
#include "core/statistics.h"
#include "core/text/json_writer.h"

namespace scalemark::collectives {
namespace {

using results::CommRecord;
using Layout = JsonWriter::Layout;

struct CommRow {
  const Operation& operation;
  const CommRecord& record;
  std::size_t size;
  bool in_place;
  SizeFigures figures;
};

struct CommColumn {
  const char* name;
  const char* type;
  const char* unit;
  void (*write)(JsonWriter&, const CommRow&);
};

/// A column of one number per row, as JSON's null where it was not measured.
template <double SizeFigures::*member>
void write_figure(JsonWriter& json, const CommRow& row) {
  json.value(row.figures.*member);
}

template <int percent>
void write_percentile(JsonWriter& json, const CommRow& row) {
  json.value(quantile(row.figures.repetition_seconds, percent / 100.0));
}

template <std::string CommRecord::*member>
void write_text(JsonWriter& json, const CommRow& row) {
  json.value(row.record.*member);
}

constexpr auto kCommColumns = std::to_array<CommColumn>({
    {"collective", "text", "", write_text<&CommRecord::op>},
    {"reduction", "text", "", [](JsonWriter& json, const CommRow& row) { json.value(redop(row.operation)); }},
    {"ranks", "number", "", [](JsonWriter& json, const CommRow& row) { json.value(row.record.ranks); }},
    {"type", "text", "", write_text<&CommRecord::type>},
    {"backend", "text", "", write_text<&CommRecord::backend>},
    {"place", "text", "",
     [](JsonWriter& json, const CommRow& row) { json.value(row.in_place ? "in place" : "out of place"); }},
    {"size_bytes", "number", "B", [](JsonWriter& json, const CommRow& row) { json.value(row.record.bytes[row.size]); }},
    {"elements", "number", "",
     [](JsonWriter& json, const CommRow& row) { json.value(elements_of(row.operation, row.record, row.size)); }},
    {"seconds", "number", "s", write_figure<&SizeFigures::seconds>},
    {"algorithm_bandwidth_bytes_per_second", "number", "B/s", write_figure<&SizeFigures::algorithm_bandwidth>},
    {"bus_bandwidth_bytes_per_second", "number", "B/s", write_figure<&SizeFigures::bus_bandwidth>},
    {"expected_bus_bandwidth_bytes_per_second", "number", "B/s",
     [](JsonWriter& json, const CommRow& row) { json.value(row.record.expected_bus_bandwidth); }},
    {"wrong_elements", "number", "", [](JsonWriter& json, const CommRow& row) { json.value(row.figures.wrong); }},
    {"least_seconds", "number", "s", write_percentile<0>},
    {"p50_seconds", "number", "s", write_percentile<50>},
    {"p90_seconds", "number", "s", write_percentile<90>},
    {"p99_seconds", "number", "s", write_percentile<99>},
    {"most_seconds", "number", "s", write_percentile<100>},
    {"repetitions", "number", "",
     [](JsonWriter& json, const CommRow& row) { json.value(row.figures.repetition_seconds.size()); }},
    {"graph_seconds", "number", "s", write_figure<&SizeFigures::graph_seconds>},
    {"call_seconds", "number", "s", write_figure<&SizeFigures::call_seconds>},
    {"choice", "text", "",
     [](JsonWriter& json,
        const CommRow& row) { json.value(row.record.choices.empty() ? std::string() : row.record.choices[row.size]); }},
    {"links", "text", "", write_text<&CommRecord::links>},
});

void add_row(JsonWriter& json, const CommRow& row) {
  json.begin_object(Layout::kOneLine);
  for (const CommColumn& column : kCommColumns) column.write(json.key(column.name), row);
  json.end_object();
}

template <typename Columns>
void add_columns(JsonWriter& json, const Columns& columns) {
  json.key("columns").begin_array();
  for (const auto& column : columns) {
    json.begin_object(Layout::kOneLine);
    json.member("name", column.name).member("type", column.type).member("unit", column.unit).end_object();
  }
  json.end_array();
}

void add_comm_table(JsonWriter& json, std::span<const Operation> operations, const results::ResultFile& job) {
  json.key("collectives").begin_object().member("title", "Collectives by themselves");
  add_columns(json, kCommColumns);
  json.key("rows").begin_array();
  for (std::size_t i = 0; i < job.comm.size(); ++i) {
    for (const bool in_place : {false, true}) {
      for (std::size_t size = 0; has_place(job.comm[i], in_place) && size < job.comm[i].bytes.size(); ++size)
        add_row(json,
                {operations[i], job.comm[i], size, in_place, figures_of(operations[i], job.comm[i], size, in_place)});
    }
  }
  json.end_array().key("remarks").begin_array().end_array().end_object();
}

struct VerdictColumn {
  const char* name;
  const char* type;
  const char* unit;
  void (*write)(JsonWriter&, const Verdict&);
};

template <auto member>
void write_verdict(JsonWriter& json, const Verdict& verdict) {
  json.value(verdict.*member);
}

template <double Interval::*member>
void write_share(JsonWriter& json, const Verdict& verdict) {
  json.value(verdict.share.*member);
}

constexpr auto kVerdictColumns = std::to_array<VerdictColumn>({
    {"collective", "text", "", write_verdict<&Verdict::collective>},
    {"size_class", "text", "", write_verdict<&Verdict::size_class>},
    {"judged_by", "text", "", write_verdict<&Verdict::judged_by>},
    {"sizes", "number", "", write_verdict<&Verdict::sizes>},
    {"share", "number", "", write_share<&Interval::estimate>},
    {"share_low", "number", "", write_share<&Interval::low>},
    {"share_high", "number", "", write_share<&Interval::high>},
    {"least_share_bytes", "number", "B", write_verdict<&Verdict::worst_bytes>},
    {"least_share", "number", "", write_verdict<&Verdict::worst_share>},
    {"gate", "number", "", write_verdict<&Verdict::gate>},
    {"verdict", "text", "", [](JsonWriter& json, const Verdict& one) { json.value(to_string(one.outcome)); }},
    {"remark", "text", "", write_verdict<&Verdict::remark>},
});

void add_verdicts(JsonWriter& json, std::span<const Verdict> verdicts) {
  json.key("verdicts").begin_object().member("title", "Bandwidth beside what it should be");
  add_columns(json, kVerdictColumns);
  json.key("rows").begin_array();
  for (const Verdict& verdict : verdicts) {
    json.begin_object(Layout::kOneLine);
    for (const VerdictColumn& column : kVerdictColumns) column.write(json.key(column.name), verdict);
    json.end_object();
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

std::string comm_json(std::span<const Operation> operations, const results::ResultFile& job,
                      std::span<const Verdict> verdicts, std::optional<bool> passes) {
  return json_document("comm", [&](JsonWriter& json) {
    json.member("hosts", job.provenance.hosts)
        .member("devices", job.provenance.devices)
        .member("libraries", job.provenance.versions)
        .member("wrong_elements", wrong_of_all(job))
        .member("passes_gate", passes);
    json.key("tables").begin_object();
    add_comm_table(json, operations, job);
    add_verdicts(json, verdicts);
    json.end_object();
  });
}

}  // namespace scalemark::collectives
