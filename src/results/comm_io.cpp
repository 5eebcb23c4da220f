#include "results/comm_io.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <sstream>
#include <stdexcept>

#include "results/attributes.h"
#include "results/labelled_group.h"
#include "results/record_checks.h"
#include "results/schema.h"

namespace scalemark::results {
namespace {

using namespace schema;

void write_seconds(LabelledGroup& group, const char* name, const std::vector<double>& seconds, const char* long_name) {
  if (seconds.empty()) return;
  group.write(name, {kSize, kRepetition, kRank}, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, seconds.data(), {"s", long_name});
}

void write_counts(LabelledGroup& group, const char* name, const std::vector<std::int64_t>& counts,
                  const Quantity& quantity) {
  if (counts.empty()) return;
  group.write(name, {kSize}, H5T_STD_I64LE, H5T_NATIVE_INT64, counts.data(), quantity);
}

struct InARowColumn {
  const char* name;
  const char* in_place_name;
  std::vector<double> InARow::*seconds;
  const char* long_name;
};
constexpr std::array<InARowColumn, 3> kInARowColumns{
    {{"queued_seconds", "in_place_queued_seconds", &InARow::queued_seconds, "time of one of many collectives in a row"},
     {"call_seconds", "in_place_call_seconds", &InARow::call_seconds, "host time to start one of many in a row"},
     {"graph_seconds", "in_place_graph_seconds", &InARow::graph_seconds, "time of one of many in a replayed graph"}}};

void write_in_a_row(LabelledGroup& group, const CommRecord& record) {
  const auto write = [&](const char* name, const std::vector<double>& seconds, const char* long_name) {
    if (seconds.empty()) return;
    group.write(name, {kSize, kRank}, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, seconds.data(), {"s", long_name});
  };
  for (const auto& [name, in_place_name, member, long_name] : kInARowColumns) {
    write(name, record.in_a_row.*member, long_name);
    write(in_place_name, record.in_place_in_a_row.*member, long_name);
  }
}

std::string choice_lines(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + '\n';
  return text;
}

void write_links(const Handle& group, const CommRecord& record) {
  const bool are_known = std::ranges::any_of(record.choices, [](const auto& choice) { return !choice.empty(); });
  if (are_known) write_attribute(group, kChoices, choice_lines(record.choices));
  if (!record.links.empty()) write_attribute(group, kLinks, record.links);
  if (!std::isnan(record.expected_bus_bandwidth))
    write_attribute(group, kExpectedBusBandwidth, record.expected_bus_bandwidth);
}

void write_record(const Handle& parent, const CommRecord& record) {
  check_comm_record(record);
  const Handle group = create_group(parent, record.op);
  write_attribute(group, kBackend, record.backend);
  write_attribute(group, kType, record.type);
  if (record.reduction != kSum) write_attribute(group, kReduction, record.reduction);
  write_links(group, record);
  LabelledGroup labelled(group);
  labelled.add_index(kSize, record.bytes.size());
  labelled.add_index(kRepetition, static_cast<hsize_t>(record.repetitions));
  labelled.add_index(kRank, static_cast<hsize_t>(record.ranks));
  write_counts(labelled, kBytes, record.bytes, {"B", "bytes of the collective, as nccl-tests counts them"});
  write_counts(labelled, kWrong, record.wrong, {"1", "wrong elements over all ranks, out of place"});
  write_counts(labelled, kInPlaceWrong, record.in_place_wrong, {"1", "wrong elements over all ranks, in place"});
  write_seconds(labelled, kSeconds, record.seconds, "time of one collective, out of place");
  write_seconds(labelled, kInPlaceSeconds, record.in_place_seconds, "time of one collective, in place");
  write_in_a_row(labelled, record);
}

std::vector<std::int64_t> read_counts(const Handle& group, const char* name) {
  if (!has_member(group, name)) return {};
  const Handle dataset = open_dataset(group, name);
  return read_integers(dataset, checked_shape(dataset, 1));
}

std::vector<double> read_seconds(const Handle& group, const char* name, CommRecord& record) {
  if (!has_member(group, name)) return {};
  const Handle dataset = open_dataset(group, name);
  const Shape shape = checked_shape(dataset, 3);
  record.repetitions = static_cast<std::int64_t>(shape[1]);
  record.ranks = static_cast<std::int64_t>(shape[2]);
  return read_reals(dataset, shape);
}

std::vector<double> read_per_rank(const Handle& group, const char* name) {
  if (!has_member(group, name)) return {};
  const Handle dataset = open_dataset(group, name);
  return read_reals(dataset, checked_shape(dataset, 2));
}

void read_links(const Handle& group, CommRecord& record) {
  record.links = read_text_attribute(group, kLinks, "");
  record.expected_bus_bandwidth = read_real_attribute(group, kExpectedBusBandwidth, kNotMeasured);
  std::istringstream lines(read_text_attribute(group, kChoices, ""));
  for (std::string line; std::getline(lines, line);) record.choices.push_back(line);
}

CommRecord read_record(const Handle& parent, const std::string& op) {
  const Handle group = open_group(parent, op);
  CommRecord record;
  record.op = op;
  record.backend = read_text_attribute(group, kBackend);
  record.type = read_text_attribute(group, kType);
  record.reduction = read_text_attribute(group, kReduction, kSum);
  record.bytes = read_counts(group, kBytes);
  record.wrong = read_counts(group, kWrong);
  record.in_place_wrong = read_counts(group, kInPlaceWrong);
  record.in_place_seconds = read_seconds(group, kInPlaceSeconds, record);
  record.seconds = read_seconds(group, kSeconds, record);
  for (const auto& [name, in_place_name, member, long_name] : kInARowColumns) {
    record.in_a_row.*member = read_per_rank(group, name);
    record.in_place_in_a_row.*member = read_per_rank(group, in_place_name);
  }
  read_links(group, record);
  check_comm_record(record);
  return record;
}

}  // namespace

void check_comm_record(const CommRecord& record) {
  const auto require = [&](bool condition, const char* complaint) {
    if (!condition) throw std::invalid_argument(fmt::format("collective '{}': {}", record.op, complaint));
  };
  const std::size_t sizes = record.bytes.size();
  const auto samples = sizes * static_cast<std::size_t>(record.repetitions) * static_cast<std::size_t>(record.ranks);
  const auto fits = [](std::size_t found, std::size_t expected) { return found == 0 || found == expected; };
  require(is_link_name(record.op), "cannot be a group's name");
  require(record.seconds.size() == samples && fits(record.in_place_seconds.size(), samples),
          "the samples are not one per size, repetition and rank");
  require(fits(record.wrong.size(), sizes) && fits(record.in_place_wrong.size(), sizes),
          "the wrong elements are not counted for every size");
  const auto per_rank = sizes * static_cast<std::size_t>(record.ranks);
  for (const auto& [name, in_place_name, member, long_name] : kInARowColumns) {
    require(
        fits((record.in_a_row.*member).size(), per_rank) && fits((record.in_place_in_a_row.*member).size(), per_rank),
        "the samples of many in a row are not one per size and rank");
  }
  require(fits(record.choices.size(), sizes), "the choices are not one per size");
}

void write_comm(const Handle& file, const std::vector<CommRecord>& records) {
  if (records.empty()) return;
  const Handle group = create_group(file, kComm);
  for (const CommRecord& record : records) write_record(group, record);
}

std::vector<CommRecord> read_comm(const Handle& file) {
  std::vector<CommRecord> records;
  if (!has_member(file, kComm)) return records;
  const Handle group = open_group(file, kComm);
  for (const std::string& op : member_names(group)) records.push_back(read_record(group, op));
  return records;
}

}  // namespace scalemark::results
