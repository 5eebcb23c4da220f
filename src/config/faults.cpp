#include "config/faults.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
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
  constexpr std::size_t kLongestPath = 120;
  const std::string path = key_path.empty() ? "" : one_line(key_path, kLongestPath) + ": ";
  faults_.push_back({place, fmt::format("{}: {}{}", to_string(place), path, what)});
}

std::vector<std::string> Faults::lines() const {
  std::vector<Fault> ordered = faults_;
  const auto position = [](const Fault& fault) {
    return std::tuple(fault.place.line == 0, fault.place.line, fault.place.column);
  };
  std::stable_sort(ordered.begin(), ordered.end(),
                   [&](const Fault& a, const Fault& b) { return position(a) < position(b); });
  std::unordered_set<std::string> seen;
  std::vector<std::string> lines;
  for (const Fault& fault : ordered) {
    if (seen.insert(fault.line).second) lines.push_back(fault.line);
  }
  return lines;
}

void Faults::throw_if_any() const {
  if (!faults_.empty()) throw InputError(fmt::format("{}", fmt::join(lines(), "\n")));
}

}  // namespace scalemark::config
