#include <fstream>
#include <stdexcept>
#include <string>

#include "fuzz/fuzz_targets.h"
#include "monitor/monitor_messages.h"

namespace scalemark::fuzz {
namespace {

bool says_the_same(const monitor::MonitorMessage& a, const monitor::MonitorMessage& b) {
  const auto& x = a.activity;
  const auto& y = b.activity;
  return a.kind == b.kind && a.rank == b.rank && a.exit_code == b.exit_code && x.visit == y.visit &&
         x.progress == y.progress && x.awaited == y.awaited && x.what == y.what &&
         x.collectives.size() == y.collectives.size();
}

/// What was understood is said again, and understood again. A message says what its kind has and no more.
void check_message(const monitor::MonitorMessage& message) {
  const std::string line = to_line(message);
  if (line.find('\n') != std::string::npos) throw std::logic_error("a message of two lines: " + line);
  const auto again = monitor::from_line(line);
  if (!again) throw std::logic_error("what was understood is not understood again: " + line);
  const auto third = monitor::from_line(to_line(*again));
  if (!third || !says_the_same(*again, *third)) throw std::logic_error("a message changes on its way: " + line);
  if (message.activity.what != again->activity.what) throw std::logic_error("a text changes on its way: " + line);
}

}  // namespace

bool fuzz_monitor(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  bool understood = false;
  for (std::string line; std::getline(file, line);) {
    const auto message = monitor::from_line(line);
    if (!message) continue;
    understood = true;
    check_message(*message);
  }
  return understood;
}

}  // namespace scalemark::fuzz
