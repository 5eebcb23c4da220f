#include "data/image_findings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace scalemark::data {
namespace {

std::int64_t checked(const HostImages& host) { return host.strict.checked + host.lenient.checked; }
std::int64_t unseen(const HostImages& host) { return host.strict.unseen + host.lenient.unseen; }

// Hosts that share a file system find the same images, each of which is named once; the largest count is one host's.
void add_damages(const ImageCheck& of_host, ImageCheck& all) {
  all.damaged = std::max(all.damaged, of_host.damaged);
  for (const std::string& message : of_host.damages) {
    if (std::ranges::find(all.damages, message) == all.damages.end()) all.damages.push_back(message);
  }
  std::ranges::sort(all.damages);
}

// "3 damaged image(s): A; B; C"
std::string named(const ImageCheck& check) {
  if (check.damages.empty()) return {};
  // Beyond those that are named, two hosts' images cannot be told apart.
  const auto distinct = static_cast<std::int64_t>(check.damages.size());
  const std::int64_t count = distinct < kMostDamages ? distinct : std::max(distinct, check.damaged);
  const auto shown = std::min<std::ptrdiff_t>(distinct, 5);
  return fmt::format("{} damaged image(s): {}{}", count,
                     fmt::join(check.damages.begin(), check.damages.begin() + shown, "; "),
                     distinct > shown ? "; ..." : "");
}

// The host that looked at the fewest of its images.
std::string summary_of(const std::map<std::string, HostImages>& hosts, bool evaluates, double limit_seconds) {
  const auto& [name, worst] = *std::ranges::max_element(
      hosts, {}, [](const auto& entry) { return std::pair(unseen(entry.second), -checked(entry.second)); });
  if (checked(worst) + unseen(worst) == 0) return {};
  const bool alike = std::ranges::all_of(hosts, [&worst = worst](const auto& entry) {
    return checked(entry.second) == checked(worst) && unseen(entry.second) == unseen(worst);
  });
  const std::string where = hosts.size() == 1 ? ""
                            : alike           ? fmt::format(" on each of {} hosts", hosts.size())
                                    : fmt::format(" on {}, the host of {} that saw the fewest", name, hosts.size());
  return fmt::format(
      "{} images looked at{} (how their files begin and end), {} of them decoded{}{}", checked(worst), where,
      worst.strict.decoded + worst.lenient.decoded, evaluates ? "" : "; no case reads the test split",
      unseen(worst) == 0 ? ""
                         : fmt::format("; {} not looked at: a split is checked for {} s at most, and of a pack only a "
                                       "sample",
                                       unseen(worst), limit_seconds));
}

}  // namespace

ImageFindings findings_of(const std::map<std::string, HostImages>& hosts, bool evaluates, double limit_seconds) {
  if (hosts.empty()) return {};
  ImageFindings findings;
  ImageCheck strict;
  ImageCheck lenient;
  for (const auto& [name, host] : hosts) {
    add_damages(host.strict, strict);
    add_damages(host.lenient, lenient);
    for (const std::string& reason : host.unopened) {
      if (std::ranges::find(findings.unopened, reason) == findings.unopened.end()) findings.unopened.push_back(reason);
    }
  }
  findings.damaged = named(strict);
  findings.skipped = named(lenient);
  findings.summary = summary_of(hosts, evaluates, limit_seconds);
  return findings;
}

}  // namespace scalemark::data
