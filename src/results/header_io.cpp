#include "results/header_io.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "results/attributes.h"
#include "results/labelled_group.h"
#include "results/schema.h"

namespace scalemark::results {
namespace {

using namespace schema;

template <class Owner>
struct TextAttribute {
  const char* name;
  std::string Owner::*member;
};

constexpr auto kRootAttributes = std::to_array<TextAttribute<ResultFile>>({
    {"title", &ResultFile::title},
    {"institution", &ResultFile::institution},
    {"source", &ResultFile::source},
    {"history", &ResultFile::history},
    {"created", &ResultFile::created},
    {"software_version", &ResultFile::software_version},
    {"git_commit", &ResultFile::git_commit},
});

constexpr auto kProvenanceAttributes = std::to_array<TextAttribute<Provenance>>({
    {"config", &Provenance::config},
    {"config_hash", &Provenance::config_hash},
    {"command_line", &Provenance::command_line},
    {"topology", &Provenance::topology},
});

void write_map(const Handle& parent, const std::string& name, const std::map<std::string, std::string>& entries) {
  const Handle group = create_group(parent, name);
  for (const auto& [key, text] : entries) write_attribute(group, key, text);
}

std::map<std::string, std::string> read_map(const Handle& parent, const std::string& name) {
  const Handle group = open_group(parent, name);
  std::map<std::string, std::string> entries;
  for (auto& [key, value] : read_attributes(group)) {
    auto* const text = std::get_if<std::string>(&value);
    if (text == nullptr) refuse({group.get(), key}, "is not a string");
    entries.emplace(key, std::move(*text));
  }
  return entries;
}

/// Empty in a file of an older version.
std::map<std::string, double> read_numbers(const Handle& parent, const char* group_name) {
  std::map<std::string, double> numbers;
  if (!has_member(parent, group_name)) return numbers;
  const Handle group = open_group(parent, group_name);
  for (const auto& [name, value] : read_attributes(group)) {
    const auto* const number = std::get_if<double>(&value);
    if (number == nullptr) refuse({group.get(), name}, "is not a real");
    numbers.emplace(name, *number);
  }
  return numbers;
}

void write_numbers(const Handle& parent, const char* group_name, const std::map<std::string, double>& numbers) {
  const Handle group = create_group(parent, group_name);
  for (const auto& [name, value] : numbers) write_attribute(group, name, value);
}

/// Both lists are per rank; a list that was not gathered is empty and has no axis.
void write_ranks(const Handle& group, const Provenance& provenance) {
  LabelledGroup labelled(group);
  const std::size_t ranks = std::max(provenance.hosts.size(), provenance.devices.size());
  labelled.add_index(kRank, ranks);
  const auto write = [&](const char* name, const std::vector<std::string>& texts) {
    const Handle dataset = write_texts(group, name, texts);
    if (texts.size() == ranks) labelled.label(dataset, {kRank});
  };
  write(kHosts, provenance.hosts);
  write(kDevices, provenance.devices);
}

void check_schema(const Handle& file) {
  const std::string found = read_text_attribute(file, "schema");
  if (found != kVersion)
    throw Hdf5Error(fmt::format("is of schema '{}'; this version of Scalemark reads {}", found, kVersion));
}

}  // namespace

void write_header(const Handle& file, const ResultFile& header) {
  write_attribute(file, "Conventions", std::string(kConventions));
  write_attribute(file, "schema", std::string(kVersion));
  write_attribute(file, kSchemaMinor, header.schema_minor);
  for (const auto& [name, member] : kRootAttributes) write_attribute(file, name, header.*member);
  const Handle group = create_group(file, kProvenance);
  for (const auto& [name, member] : kProvenanceAttributes) write_attribute(group, name, header.provenance.*member);
  write_map(group, kEnvironment, header.provenance.environment);
  write_map(group, kVersions, header.provenance.versions);
  write_numbers(group, kPeaks, header.provenance.peaks);
  write_numbers(group, kStartup, header.provenance.startup_seconds);
  write_ranks(group, header.provenance);
}

void write_history(const Handle& file, const std::string& history) { write_attribute(file, "history", history); }

ResultFile read_header(const Handle& file) {
  check_schema(file);
  ResultFile header;
  header.schema_minor = read_integer_attribute(file, kSchemaMinor, 0);
  for (const auto& [name, member] : kRootAttributes) header.*member = read_text_attribute(file, name);
  const Handle group = open_group(file, kProvenance);
  for (const auto& [name, member] : kProvenanceAttributes) header.provenance.*member = read_text_attribute(group, name);
  header.provenance.environment = read_map(group, kEnvironment);
  header.provenance.versions = read_map(group, kVersions);
  header.provenance.peaks = read_numbers(group, kPeaks);
  header.provenance.startup_seconds = read_numbers(group, kStartup);
  header.provenance.hosts = read_texts(group, kHosts);
  header.provenance.devices = read_texts(group, kDevices);
  return header;
}

}  // namespace scalemark::results
