#include "config/faults.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_set>

#include "config/text_check.h"
#include "core/error.h"

namespace scalemark::config {

std::string to_string(const Place& place) {
  if (place.line == 0) return place.source;
  return fmt::format("{}:{}:{}", place.source, place.line, place.column);
}

void Faults::add(const Place& place, const std::string& key_path, const std::string& what) {
  faults_.push_back(fault_of(place, key_path, what));
}

void Faults::warn(const Place& place, const std::string& key_path, const std::string& what) {
  warnings_.push_back(fault_of(place, key_path, what));
}

std::vector<std::string> Faults::lines() const { return lines_of(faults_); }

std::vector<std::string> Faults::warning_lines() const { return lines_of(warnings_); }

Faults::Fault Faults::fault_of(const Place& place, const std::string& key_path, const std::string& what) {
  constexpr std::size_t kLongestPath = 120;
  const std::string path = key_path.empty() ? "" : one_line(key_path, kLongestPath) + ": ";
  return {place, fmt::format("{}: {}{}", to_string(place), path, what)};
}

std::vector<std::string> Faults::lines_of(std::vector<Fault> faults) {
  std::map<std::string, std::size_t> sources;  // in the order in which they are first named
  for (const Fault& fault : faults) sources.try_emplace(fault.place.source, sources.size());
  const auto position = [&sources](const Fault& fault) {
    const bool has_lines = fault.place.line > 0;
    return std::tuple(!has_lines, has_lines ? sources.at(fault.place.source) : 0, fault.place.line, fault.place.column);
  };
  std::stable_sort(faults.begin(), faults.end(),
                   [&](const Fault& a, const Fault& b) { return position(a) < position(b); });
  std::unordered_set<std::string> seen;
  std::vector<std::string> lines;
  for (const Fault& fault : faults) {
    if (seen.insert(fault.line).second) lines.push_back(fault.line);
  }
  return lines;
}

void Faults::throw_if_any() const {
  if (!faults_.empty()) throw InputError(fmt::format("{}", fmt::join(lines(), "\n")));
}

}  // namespace scalemark::config
