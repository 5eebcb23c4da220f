#include "analysis/collectives/collective_lines.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <map>
#include <set>

#include "analysis/case_set.h"
#include "analysis/merging/environment.h"
#include "analysis/swept_series.h"
#include "results/comm_summary.h"

namespace scalemark::analysis {
namespace {

using results::CommPlace;
using results::CommRecord;
using results::ResultFile;

/// Seconds as the record holds them of one place.
struct PlaceSamples {
  CommPlace place;
  results::InARow CommRecord::*in_a_row;
  std::vector<std::int64_t> CommRecord::*wrong;
};
constexpr std::array<PlaceSamples, 2> kCollectivePlaces{
    {{CommPlace::kOutOfPlace, &CommRecord::in_a_row, &CommRecord::wrong},
     {CommPlace::kInPlace, &CommRecord::in_place_in_a_row, &CommRecord::in_place_wrong}}};

void take_collective_times(const CommRecord& record, const PlaceSamples& samples, std::size_t size,
                           CollectiveLine& line) {
  const results::InARow& in_a_row = record.*samples.in_a_row;
  line.seconds = comm_seconds(record, samples.place, size);
  line.graph_seconds = mean_over_ranks(record, in_a_row.graph_seconds, size);
  line.call_seconds = mean_over_ranks(record, in_a_row.call_seconds, size);
  line.repetition_seconds = slowest_ranks(record, samples.place, size);
  line.algorithm_bandwidth = static_cast<double>(line.bytes) / line.seconds;
  line.bus_bandwidth = line.algorithm_bandwidth * results::bus_factor(line.op, line.ranks);
  // Each rank of sendrecv sends to one other, over the links between the two alone.
  if (line.op != "sendrecv") line.share_of_links = line.bus_bandwidth / line.expected_bus_bandwidth;
}

CollectiveLine collective_line_of(const CommRecord& record, const PlaceSamples& samples, std::size_t size) {
  CollectiveLine line;
  line.op = record.op;
  line.backend = record.backend;
  line.type = record.type;
  line.reduction = record.reduction;
  line.ranks = record.ranks;
  line.in_place = samples.place == CommPlace::kInPlace;
  line.bytes = record.bytes[size];
  line.expected_bus_bandwidth = record.expected_bus_bandwidth;
  line.links = record.links;
  if (!record.choices.empty()) line.choice = record.choices[size];
  const auto& wrong = record.*samples.wrong;
  if (!wrong.empty()) line.wrong = static_cast<double>(wrong[size]);
  take_collective_times(record, samples, size, line);
  return line;
}

/// What tells a collective apart from the same operation elsewhere.
Traits traits_of_record(const CommRecord& record, const ResultFile& file) {
  Traits traits = tuning_variables(file);
  traits[kRanksKey] = fmt::format("{}", record.ranks);
  traits["type"] = record.type;
  traits["reduction"] = record.reduction;
  traits["backend"] = record.backend;
  traits["device"] = device_names(file);
  traits[kHostTrait] = host_names(file);
  for (const auto& [library, version] : file.provenance.versions) traits["version of " + library] = version;
  return traits;
}

/// A collective of a file, and what its lines are called.
struct NamedRecord {
  const CommRecord* record;
  std::size_t file_index;
  std::string name{};
};

std::vector<NamedRecord> named_records(std::span<const ResultFile> files) {
  std::vector<NamedRecord> records;
  std::vector<Traits> traits;
  for (std::size_t index = 0; index < files.size(); ++index) {
    for (const auto& record : files[index].comm) {
      records.push_back({&record, index});
      traits.push_back(traits_of_record(record, files[index]));
    }
  }
  const auto differences = names_of(traits);
  std::map<std::string, std::size_t> times;
  for (std::size_t i = 0; i < records.size(); ++i) {
    records[i].name = records[i].record->op + (differences[i].empty() ? "" : ", " + differences[i]);
    ++times[records[i].name];
  }
  for (auto& one : records) {
    if (times[one.name] > 1) one.name += fmt::format(" ({})", file_name(one.file_index));
  }
  return records;
}

}  // namespace

std::string device_names(const ResultFile& file) {
  std::set<std::string> names;
  for (const auto& device : file.provenance.devices) names.insert(device.substr(0, device.find(',')));
  names.erase("");
  return fmt::format("{}", fmt::join(names, ", "));
}

std::vector<CollectiveLine> collective_lines(std::span<const ResultFile> files) {
  std::vector<CollectiveLine> lines;
  for (const auto& named : named_records(files)) {
    for (const auto& samples : kCollectivePlaces) {
      if (!has_place(*named.record, samples.place)) continue;
      for (std::size_t size = 0; size < named.record->bytes.size(); ++size) {
        lines.push_back(collective_line_of(*named.record, samples, size));
        lines.back().name = named.name;
        lines.back().file_index = named.file_index;
      }
    }
  }
  return lines;
}

const CollectiveLine* fastest_collective(std::span<const CollectiveLine> lines) {
  const CollectiveLine* fastest = nullptr;
  for (const auto& line : lines) {
    if (line.in_place || !std::isfinite(line.bus_bandwidth)) continue;
    if (fastest == nullptr || line.bus_bandwidth > fastest->bus_bandwidth) fastest = &line;
  }
  return fastest;
}

}  // namespace scalemark::analysis
