#include "analysis/history/run_changes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>
#include <utility>

#include "analysis/comparison/comparison_changes.h"

namespace scalemark::analysis {
namespace {

using Texts = std::set<std::string>;

std::string of_all(const Texts& texts) {
  return texts.empty() ? "not recorded" : fmt::format("{}", fmt::join(texts, ", "));
}

/// Names and clocks of the devices: "NVIDIA H200, SM 1980 MHz, memory 2619 MHz", without what tells two of a kind
/// apart.
Texts device_kinds(const results::Provenance& provenance) {
  Texts kinds;
  for (const std::string& line : provenance.devices) {
    const auto name_ends = line.find(", ");
    const auto clocks = line.find("SM ");
    std::string kind = line.substr(0, name_ends);
    if (clocks != std::string::npos) kind.append(", ").append(line, clocks);
    kinds.insert(std::move(kind));
  }
  return kinds;
}

void add_change(std::vector<std::string>& lines, const char* name, const Texts& before, const Texts& after) {
  if (before != after) lines.push_back(fmt::format("{}: {} → {}", name, of_all(before), of_all(after)));
}

}  // namespace

std::vector<std::string> run_changes(const results::ResultFile& before, const results::ResultFile& after) {
  std::vector<std::string> lines = changes_between({&before, 1}, {&after, 1});
  const results::Provenance& old = before.provenance;
  const results::Provenance& now = after.provenance;
  add_change(lines, "host", {old.hosts.begin(), old.hosts.end()}, {now.hosts.begin(), now.hosts.end()});
  add_change(lines, "device", device_kinds(old), device_kinds(now));
  return lines;
}

}  // namespace scalemark::analysis
