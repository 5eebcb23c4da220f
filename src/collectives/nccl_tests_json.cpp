#include <optional>
#include <string>
#include <vector>

#include "collectives/comm_json.h"
#include "collectives/size_figures.h"
#include "collectives/table.h"
#include "core/text/json_writer.h"

namespace scalemark::collectives {
namespace {

using results::CommRecord;

constexpr int kNcclTestsJson = 2;  // JSON_FILE_VERSION of its src/util.cu
constexpr double kMicrosecondsOf = 1e6;
constexpr double kGigabytesOf = 1e-9;

// Where a member is true or false, nccl-tests writes a text.
const char* truth(bool value) { return value ? "true" : "false"; }

void add_config(JsonWriter& json, const MeasureOptions& options, const results::ResultFile& job) {
  json.key("config").begin_object();
  json.member("nthreads", 1)
      .member("ngpus", 1)
      .member("minimum_bytes", options.begin_bytes)
      .member("maximum_bytes", options.end_bytes);
  if (options.step_bytes > 0) {
    json.member("step_bytes", options.step_bytes);
  } else {
    json.member("step_factor", options.factor);
  }
  json.member("warmup_iters", options.warmup)
      .member("iterations", options.repetitions)
      .member("aggregated_iterations", 1)
      .member("validation", options.check ? 1 : 0)
      .member("graph", 0)
      .member("blocking_collectives", truth(false))
      .member("parallel_init", truth(false));
  json.key("devices").begin_array();
  for (std::size_t rank = 0; rank < job.provenance.devices.size(); ++rank) {
    json.begin_object(JsonWriter::Layout::kOneLine)
        .member("rank", rank)
        .member("group", 0)
        .member("hostname", job.provenance.hosts[rank])
        .member("device_info", job.provenance.devices[rank])
        .end_object();
  }
  json.end_array().end_object();
}

void add_place(JsonWriter& json, const char* name, const std::optional<SizeFigures>& figures) {
  json.key(name);
  if (!figures) {
    json.null();
    return;
  }
  json.begin_object()
      .member("time", figures->seconds * kMicrosecondsOf)
      .member("alg_bw", figures->algorithm_bandwidth * kGigabytesOf)
      .member("bus_bw", figures->bus_bandwidth * kGigabytesOf)
      .member("nwrong", figures->wrong)
      .end_object();
}

void add_result(JsonWriter& json, const Operation& operation, const CommRecord& record, std::size_t size) {
  const auto figures = [&](bool in_place) -> std::optional<SizeFigures> {
    if (!has_place(record, in_place)) return std::nullopt;
    return figures_of(operation, record, size, in_place);
  };
  json.begin_object(JsonWriter::Layout::kOneLine)
      .member("size", record.bytes[size])
      .member("count", elements_of(operation, record, size))
      .member("type", record.type)
      .member("redop", redop(operation))
      .member("root", std::to_string(operation.has_root ? 0 : -1));
  add_place(json, "out_of_place", figures(false));
  add_place(json, "in_place", figures(true));
  json.member("actual_iterations", record.repetitions).member("experiment_name", record.op).end_object();
}

void add_summary(JsonWriter& json, std::span<const Operation> operations, const results::ResultFile& job) {
  std::int64_t wrong = 0;
  double bandwidth = 0;
  for (std::size_t i = 0; i < job.comm.size(); ++i) {
    wrong += wrong_elements(job.comm[i]);
    bandwidth += average_bus_bandwidth(operations[i], job.comm[i]) / static_cast<double>(job.comm.size());
  }
  json.key("out_of_bounds").begin_object().member("count", wrong).member("okay", truth(wrong == 0)).end_object();
  json.key("average_bus_bandwidth")
      .begin_object()
      .member("bandwidth", bandwidth * kGigabytesOf)
      .member("okay", "unchecked")
      .end_object();
  json.key("errors").begin_array().end_array();
}

}  // namespace

std::string nccl_tests_json(std::span<const Operation> operations, const MeasureOptions& options,
                            const results::ResultFile& job) {
  std::string text;
  JsonWriter json([&text](std::string_view part) { text += part; });
  json.begin_object()
      .member("version", kNcclTestsJson)
      .member("start_time", job.created)
      .member("args", std::vector<std::string>{job.provenance.command_line})
      .member("env", std::vector<std::string>{});
  add_config(json, options, job);
  json.key("results").begin_array();
  for (std::size_t i = 0; i < job.comm.size(); ++i) {
    for (std::size_t size = 0; size < job.comm[i].bytes.size(); ++size)
      add_result(json, operations[i], job.comm[i], size);
  }
  json.end_array();
  add_summary(json, operations, job);
  json.end_object();
  return text + '\n';
}

}  // namespace scalemark::collectives
