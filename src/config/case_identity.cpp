#include "config/case_identity.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <unordered_map>

#include "config/key_table.h"
#include "core/key_roles.h"

namespace scalemark::config {
namespace {

template <typename Wanted>
std::string parameter_lines(const CaseConfig& built, Wanted wanted) {
  std::string lines;
  for (const Key& key : key_table()) {
    if (is_of_case(key) && wanted(key)) lines += key.path + '=' + to_text(key.get(built)) + '\n';
  }
  return lines;
}

std::uint64_t fnv1a(const std::string& bytes, std::uint64_t hash) {
  constexpr std::uint64_t kPrime = 1099511628211u;
  for (const char byte : bytes) hash = (hash ^ static_cast<unsigned char>(byte)) * kPrime;
  return hash;
}

std::string describe(const CasePoint& point, const CaseConfig& built) {
  return fmt::format("{} (at {})", built.id, to_string(point.place));
}

}  // namespace

void check_duplicates(const std::vector<CasePoint>& points, const std::vector<CaseConfig>& cases, Faults& faults) {
  std::unordered_map<std::string, std::size_t> first;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const std::string parameters = parameter_lines(cases[i], [](const Key& key) { return key.path != "label"; });
    const auto [earlier, inserted] = first.try_emplace(parameters, i);
    if (inserted) continue;
    faults.add(points[i].place, points[i].path,
               fmt::format("the case {} is the same as the case {}; allowed: cases that differ", cases[i].id,
                           describe(points[earlier->second], cases[earlier->second])));
  }
}

std::string hash_of(const std::vector<CaseConfig>& cases) {
  std::vector<std::string> texts;
  texts.reserve(cases.size());
  const CaseConfig defaults;
  for (const CaseConfig& built : cases) {
    const auto in_hash = [&](const Key& key) {
      const bool says_nothing_new = key.joined_later && key.get(built) == key.get(defaults);
      return counts_for(key.path, KeyQuestion::kResume) && !says_nothing_new;
    };
    texts.push_back("id=" + built.id + '\n' + parameter_lines(built, in_hash));
  }
  std::sort(texts.begin(), texts.end());
  std::uint64_t hash = 14695981039346656037u;
  for (const std::string& text : texts) hash = fnv1a(text, hash);
  return fmt::format("{:016x}", hash);
}

}  // namespace scalemark::config
