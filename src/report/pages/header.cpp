#include "report/pages/header.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>

#include "core/quantity_text.h"
#include "core/utf8.h"
#include "report/pages/case_words.h"

namespace scalemark::report {
namespace {

using analysis::CaseLine;
using analysis::Report;

constexpr std::size_t kMostNames = 4;

/// The cases that the page is about: measured ones, or published ones where nothing was measured.
std::vector<const CaseLine*> shown_cases(const Report& report) {
  const bool measured = std::ranges::any_of(report.cases, [](const CaseLine& line) { return !line.published; });
  std::vector<const CaseLine*> shown;
  for (const auto& line : report.cases) {
    if (!(measured && line.published)) shown.push_back(&line);
  }
  return shown;
}

/// "a, b": the distinct values in order of appearance; "7 of them: a, b, c, ..." where they are many.
std::string distinct_text(const std::vector<std::string>& values) {
  std::vector<std::string> names;
  for (const auto& value : values) {
    if (!value.empty() && std::ranges::find(names, value) == names.end()) names.push_back(value);
  }
  if (names.size() <= kMostNames) return fmt::format("{}", fmt::join(names, ", "));
  const std::size_t all = names.size();
  names.resize(kMostNames - 1);
  return fmt::format("{} and {} more", fmt::join(names, ", "), all - names.size());
}

std::string of_cases(const std::vector<const CaseLine*>& cases,
                     const std::function<std::string(const CaseLine&)>& text) {
  std::vector<std::string> values;
  values.reserve(cases.size());
  for (const auto* line : cases) values.push_back(text(*line));
  return distinct_text(values);
}

std::string range_text(std::int64_t low, std::int64_t high) {
  return low == high ? fmt::format("{}", low) : fmt::format("{} to {}", low, high);
}

template <typename Member>
std::string range_of(const std::vector<const CaseLine*>& cases, Member member) {
  if (cases.empty()) return "";
  const auto value = [&](const CaseLine* line) { return static_cast<std::int64_t>(std::invoke(member, *line)); };
  const auto [low, high] = std::ranges::minmax_element(cases, {}, value);
  return range_text(value(*low), value(*high));
}

std::string model_text(const CaseLine& line) {
  if (line.row.parameters <= 0) return line.row.model;
  return fmt::format("{} ({:.1f} M parameters)", line.row.model, static_cast<double>(line.row.parameters) / 1e6);
}

std::string dataset_text(const CaseLine& line) {
  if (line.images <= 0) return line.row.dataset;
  return fmt::format("{} ({} images)", line.row.dataset, with_thousands(std::to_string(line.images)));
}

std::string devices_text(const std::vector<const CaseLine*>& cases) {
  std::vector<std::string> models;
  for (const auto* line : cases) {
    for (const auto& rank : line->ranks) models.push_back(rank.device);
  }
  const std::string names = distinct_text(models);
  const std::string counts = range_of(cases, [](const CaseLine& line) { return scale_of(line.key); });
  return names.empty() ? (counts.empty() ? "" : counts + " ranks") : fmt::format("{} \u00d7 {}", counts, names);
}

/// Hosts of the ranks.
std::vector<std::string> hosts_of(const std::vector<const CaseLine*>& cases) {
  std::set<std::string> hosts;
  for (const auto* line : cases) {
    for (const auto& rank : line->ranks) hosts.insert(rank.host);
  }
  hosts.erase("");
  return {hosts.begin(), hosts.end()};
}

std::string of_files(const Report& report, const std::function<std::string(const results::ResultFile&)>& text) {
  std::vector<std::string> values;
  for (const auto& file : report.files) values.push_back(text(file));
  return distinct_text(values);
}

/// The devices and hosts of files without cases.
std::string devices_of_files(const Report& report) {
  return report.collectives.empty() ? std::string() : of_files(report, analysis::device_names);
}

std::vector<std::string> hosts_of_files(const Report& report) {
  std::set<std::string> hosts;
  for (const auto& file : report.files) hosts.insert(file.provenance.hosts.begin(), file.provenance.hosts.end());
  hosts.erase("");
  return {hosts.begin(), hosts.end()};
}

/// What joins the ranks: as `scalemark comm` recorded it, or what follows from where they are.
std::string link_text(const Report& report, const std::vector<const CaseLine*>& cases, std::size_t hosts) {
  if (!report.link.links.empty())
    return fmt::format("{} ({})", report.link.links, to_text(report.link.bus_bandwidth, Unit::kBytesPerSecond));
  const bool joined = std::ranges::any_of(cases, [](const CaseLine* line) { return scale_of(line->key) > 1; });
  if (!joined || hosts == 0) return "";
  const bool on_gpu = std::ranges::any_of(cases, [](const CaseLine* line) {
    return std::ranges::any_of(line->ranks, [](const auto& rank) { return !rank.device_uuid.empty(); });
  });
  if (hosts > 1) return "network, not recorded";
  return on_gpu ? "not recorded" : "memory of the host";
}

/// "2026-11-21 17:11 UTC" of an ISO 8601 time; any other text as it is.
std::string date_text(const std::string& created) {
  const bool is_iso =
      created.size() == 20 && character_count(created) == 20 && created[10] == 'T' && created.back() == 'Z';
  return is_iso ? fmt::format("{} {} UTC", created.substr(0, 10), created.substr(11, 5)) : created;
}

/// Of a config's small form, `--set quick=true`.
std::string form_text(const results::ResultFile& file) {
  const bool quick = file.provenance.command_line.find("quick=true") != std::string::npos;
  return quick ? "quick: small enough for any machine, not the whole experiment" : "";
}

std::string version_text(const results::ResultFile& file) {
  if (file.software_version.empty()) return "";
  return file.git_commit.empty() ? file.software_version
                                 : fmt::format("{} ({})", file.software_version, first_characters(file.git_commit, 7));
}

}  // namespace

std::string page_title(const Report& report) {
  const auto cases = shown_cases(report);
  const std::string name = of_files(report, [](const auto& file) { return file.title; });
  if (cases.empty() && !report.collectives.empty()) {
    const auto [low, high] = std::ranges::minmax_element(report.collectives, {}, &analysis::CollectiveLine::ranks);
    return fmt::format("{}{}collectives by themselves on {} {}", name, name.empty() ? "" : ": ",
                       range_text(low->ranks, high->ranks), high->ranks == 1 ? "rank" : "ranks");
  }
  if (cases.empty()) return name.empty() ? "Scaling report" : name + ": no case was measured";
  const std::string ranks = range_of(cases, [](const CaseLine& line) { return scale_of(line.key); });
  return fmt::format("{}{}{} on {}, {} {}", name, name.empty() ? "" : ": ",
                     of_cases(cases, [](const CaseLine& line) { return line.row.model; }),
                     of_cases(cases, [](const CaseLine& line) { return line.row.dataset; }), ranks,
                     ranks == "1" ? "rank" : "ranks");
}

std::vector<std::pair<std::string, std::string>> header_facts(const Report& report) {
  const auto cases = shown_cases(report);
  const auto hosts = cases.empty() ? hosts_of_files(report) : hosts_of(cases);
  const std::string host_names =
      hosts.size() > kMostNames ? fmt::format("{} hosts", hosts.size()) : distinct_text(hosts);
  std::vector<std::pair<std::string, std::string>> facts{
      {"Model", of_cases(cases, model_text)},
      {"Data set", of_cases(cases, dataset_text)},
      {"Form", of_files(report, form_text)},
      {"Batch per rank", range_of(cases, [](const CaseLine& line) { return batch_per_device(line.key); })},
      {"Precision", of_cases(cases, [](const CaseLine& line) { return line.row.precision; })},
      {"Mode", of_cases(cases, [](const CaseLine& line) { return line.row.mode; })},
      {"Devices", cases.empty() ? devices_of_files(report) : devices_text(cases)},
      {hosts.size() == 1 ? "Host" : "Hosts", host_names},
      {"Link", link_text(report, cases, hosts.size())},
      {"Institution", of_files(report, [](const auto& file) { return file.institution; })},
      {"Measured", of_files(report, [](const auto& file) { return date_text(file.created); })},
      {"Scalemark", of_files(report, version_text)}};
  std::erase_if(facts, [](const auto& fact) { return fact.second.empty(); });
  return facts;
}

}  // namespace scalemark::report
