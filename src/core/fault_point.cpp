#include "core/fault_point.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <optional>
#include <sstream>
#include <thread>
#include <vector>

#include "core/error.h"
#include "core/units.h"

namespace scalemark {
namespace {

constexpr std::array<std::string_view, 6> kPlaces{"input", "transfer", "forward", "backward", "reduce", "optimizer"};
constexpr std::string_view kDelay = "delay=";

struct Fault {
  std::optional<int> rank;  ///< nullopt: every rank
  std::string place;
  std::chrono::duration<double> delay;
};

std::vector<Fault> armed;

[[noreturn]] void refuse(const std::string& text, const std::string& what) {
  throw InputError(fmt::format("{}: '{}': {}; a fault is RANK:PLACE:delay=TIME, as 1:forward:delay=30ms",
                               kFaultVariable, text, what));
}

std::optional<int> rank_of(const std::string& text, const std::string& whole) {
  if (text == "*") return std::nullopt;
  int rank = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), rank);
  if (error != std::errc{} || end != text.data() + text.size() || rank < 0) refuse(whole, "no rank: " + text);
  return rank;
}

Fault parse_fault(const std::string& text) {
  std::istringstream parts(text);
  std::string rank;
  std::string action;
  Fault fault;
  if (!std::getline(parts, rank, ':') || !std::getline(parts, fault.place, ':') || !std::getline(parts, action)) {
    refuse(text, "not three parts");
  }
  fault.rank = rank_of(rank, text);
  if (std::find(kPlaces.begin(), kPlaces.end(), fault.place) == kPlaces.end()) refuse(text, "no place: " + fault.place);
  const auto delay = action.starts_with(kDelay) ? parse_seconds(action.substr(kDelay.size())) : std::nullopt;
  if (!delay) refuse(text, "no action: " + action);
  fault.delay = std::chrono::duration<double>(*delay);
  return fault;
}

}  // namespace

std::string arm_faults(int rank) {
  armed.clear();
  const char* variable = std::getenv(kFaultVariable);
  if (variable == nullptr) return "";
  std::istringstream texts(variable);
  for (std::string text; std::getline(texts, text, ',');) {
    Fault fault = parse_fault(text);
    if (!fault.rank || *fault.rank == rank) armed.push_back(std::move(fault));
  }
  return variable;
}

void fault_point(std::string_view place) {
  for (const Fault& fault : armed) {
    if (fault.place == place) std::this_thread::sleep_for(fault.delay);
  }
}

}  // namespace scalemark
