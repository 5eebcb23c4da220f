#include "comm/nccl_choice.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <regex>
#include <sstream>

#include "comm/nccl_tuning_log.h"
#include "core/units.h"

namespace scalemark::comm {
namespace {

std::string lower_case(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

}  // namespace

std::vector<NcclChoice> parse_nccl_choices(const std::string& log) {
  // At most 18 digits: what does not fit into the numbers below is no line of NCCL's.
  static const std::regex line_of_choice(
      R"(NCCL INFO (\w+): (\d{1,18}) Bytes -> Algo (\w+) proto (\w+)(?: channel\{Lo\.\.Hi\}=\{(\d{1,6})\.\.(\d{1,6})\})?)");
  std::vector<NcclChoice> choices;
  std::istringstream lines(log);
  std::smatch found;
  for (std::string line; std::getline(lines, line);) {
    if (!std::regex_search(line, found, line_of_choice)) continue;
    const int channels = found[5].matched ? std::stoi(found[6]) - std::stoi(found[5]) + 1 : 0;
    choices.push_back({found[1], std::stoll(found[2]), found[3], found[4], channels});
  }
  return choices;
}

std::string to_text(const NcclChoice& choice) {
  std::string text = lower_case(choice.algorithm) + ", " + lower_case(choice.protocol);
  if (choice.channels > 0) text += fmt::format(", {} channel{}", choice.channels, choice.channels == 1 ? "" : "s");
  return text;
}

std::string to_text(const std::vector<NcclChoice>& choices) {
  std::vector<std::string> parts;
  for (const NcclChoice& choice : choices) {
    auto part = format_bytes(static_cast<double>(choice.bytes)) + ": " + to_text(choice);
    if (std::ranges::find(parts, part) == parts.end()) parts.push_back(std::move(part));
  }
  std::string text;
  for (const std::string& part : parts) text += text.empty() ? part : "; " + part;
  return text;
}

std::vector<NcclChoice> nccl_choices(const Communicator& group, const std::function<void()>& work) {
  // NCCL logs its choices on a communicator's rank 0 alone.
  const bool asks = group.backend() == "nccl" && group.rank() == 0;
  const auto log = asks ? NcclTuningLog::open() : nullptr;
  work();
  return log ? parse_nccl_choices(log->text()) : std::vector<NcclChoice>{};
}

}  // namespace scalemark::comm
