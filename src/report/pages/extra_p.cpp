#include "report/pages/extra_p.h"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <vector>

#include "report/charts/case_traits.h"

namespace scalemark::report {
namespace {

/// JSON allows neither quotes nor control characters in a text; bytes that are no UTF-8 do not occur in traits.
std::string json_text(const std::string& text) {
  std::string escaped = "\"";
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    if (character == '"' || character == '\\') escaped += '\\';
    escaped += byte < 0x20 ? fmt::format("\\u{:04x}", byte) : std::string(1, character);
  }
  return escaped + '"';
}

std::string line_of(const analysis::CaseKey& key, const std::string& callpath, std::vector<double> seconds) {
  std::erase_if(seconds, [](double value) { return !std::isfinite(value); });
  if (seconds.empty()) return "";
  return fmt::format(R"({{"params":{{"p":{},"b":{}}},"callpath":{},"metric":"step_seconds","value":[{}]}})"
                     "\n",
                     key.ranks, key.batch_per_rank, json_text(callpath), fmt::join(seconds, ","));
}

}  // namespace

std::string extra_p_lines(const analysis::Report& report) {
  std::map<std::string, std::string> roots;
  std::string lines;
  const CaseTraits traits(report.cases);
  for (const auto& line : report.cases) {
    if (line.row.status != results::CaseStatus::kOk) continue;
    const std::string differing = fmt::format("{}", fmt::join(traits.differing(line.row), " "));
    const std::string root = differing.empty() ? "step" : differing + "->step";
    roots[line.key.name] = root;
    lines += line_of(line.key, root, line.repetition_seconds);
  }
  for (const auto& phases : report.phases) {
    for (std::size_t i = 0; i < phases.names.size(); ++i) {
      lines += line_of(phases.key, roots[phases.key.name] + "->" + phases.names[i], {phases.seconds[i]});
    }
  }
  return lines;
}

}  // namespace scalemark::report
