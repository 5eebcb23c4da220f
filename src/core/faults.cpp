#include "core/faults.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <csignal>
#include <new>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <utility>

#include "core/environment.h"
#include "core/error.h"
#include "core/log.h"
#include "core/units.h"

namespace scalemark {
namespace {

constexpr std::array<std::string_view, 16> kPlaces{
    "set_up",  "optimizer_state", "connect", "input",     "transfer", "forward", "backward",   "bucket",
    "overlap", "reduce",          "loss",    "optimizer", "evaluate", "write",   "collective", "record"};
constexpr std::string_view kDelay = "delay=";

[[noreturn]] void sleep_for_good() {
  for (;;) std::this_thread::sleep_for(std::chrono::hours(1));
}

[[noreturn]] void exit_at_once() {
  constexpr int kNobodysCode = 3;
  _exit(kNobodysCode);
}

template <int kSignal>
FaultEffect by_signal() {
  raise(kSignal);
  return FaultEffect::kNone;
}

using Action = FaultEffect (*)();

const std::array<std::pair<std::string_view, Action>, 12>& actions() {
  static constexpr std::array<std::pair<std::string_view, Action>, 12> table{{
      {"kill", by_signal<SIGKILL>},
      {"stop", by_signal<SIGSTOP>},
      {"segfault", by_signal<SIGSEGV>},
      {"exit", []() -> FaultEffect { exit_at_once(); }},
      {"hang", []() -> FaultEffect { sleep_for_good(); }},
      {"throw", []() -> FaultEffect { throw LaunchError("a fault on purpose"); }},
      {"fail", []() -> FaultEffect { throw std::runtime_error("a fault on purpose"); }},
      {"oom", []() -> FaultEffect { throw std::bad_alloc(); }},
      {"nan", [] { return FaultEffect::kNan; }},
      {"skip", [] { return FaultEffect::kSkip; }},
      {"shrink", [] { return FaultEffect::kShrink; }},
      {"retype", [] { return FaultEffect::kRetype; }},
  }};
  return table;
}

[[noreturn]] void refuse(const std::string& text, const std::string& what) {
  std::vector<std::string_view> names{"delay=TIME"};
  for (const auto& [name, action] : actions()) names.push_back(name);
  throw InputError(fmt::format("{}: '{}': {}; a fault is RANK:PLACE[@N]:ACTION with a place of {} and an action of {}",
                               kFaultVariable, text, what, fmt::join(kPlaces, ", "), fmt::join(names, ", ")));
}

int number_of(const std::string& digits, int least, const std::string& what, const std::string& whole) {
  int number = -1;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc{} || end != digits.data() + digits.size() || number < least) refuse(whole, what + digits);
  return number;
}

void read_place(const std::string& text, const std::string& whole, PlacedFault& fault) {
  const auto at = text.find('@');
  fault.place = text.substr(0, at);
  if (std::find(kPlaces.begin(), kPlaces.end(), fault.place) == kPlaces.end())
    refuse(whole, "no place: " + fault.place);
  if (at != std::string::npos) fault.nth = number_of(text.substr(at + 1), 1, "no count: ", whole);
}

void read_action(const std::string& text, const std::string& whole, PlacedFault& fault) {
  if (text.starts_with(kDelay)) {
    const auto delay = parse_seconds(text.substr(kDelay.size()));
    if (!delay) refuse(whole, "no action: " + text);
    fault.delay = std::chrono::duration<double>(*delay);
    return;
  }
  const auto known =
      std::find_if(actions().begin(), actions().end(), [&](const auto& one) { return one.first == text; });
  if (known == actions().end()) refuse(whole, "no action: " + text);
  fault.action = known->second;
  fault.name = text;
  if (fault.nth == 0) fault.nth = 1;
}

PlacedFault parse_fault(const std::string& text) {
  std::istringstream parts(text);
  std::string rank;
  std::string place;
  std::string action;
  if (!std::getline(parts, rank, ':') || !std::getline(parts, place, ':') || !std::getline(parts, action)) {
    refuse(text, "not three parts");
  }
  PlacedFault fault;
  if (rank != "*") fault.rank = number_of(rank, 0, "no rank: ", text);
  read_place(place, text, fault);
  read_action(action, text, fault);
  return fault;
}

}  // namespace

Faults Faults::from_environment(int rank) {
  Faults faults;
  faults.text_ = process_environment(kFaultVariable).value_or("");
  std::istringstream texts(faults.text_);
  for (std::string text; std::getline(texts, text, ',');) {
    PlacedFault fault = parse_fault(text);
    if (!fault.rank || *fault.rank == rank) faults.placed_.push_back(std::move(fault));
  }
  return faults;
}

FaultEffect Faults::at(std::string_view place) {
  FaultEffect effect = FaultEffect::kNone;
  for (PlacedFault& fault : placed_) {
    if (fault.place != place || (fault.nth != 0 && ++fault.visits != fault.nth)) continue;
    if (fault.action == nullptr) {
      // Logging every delay would flood the log: the faults are announced once, when they are read.
      std::this_thread::sleep_for(fault.delay);
      continue;
    }
    spdlog::warn("fault on purpose, now: {} at {}", fault.name, place);
    effect = fault.action();
  }
  return effect;
}

}  // namespace scalemark
