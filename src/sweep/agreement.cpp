#include "sweep/agreement.h"

#include <fmt/format.h>

#include <string>

#include "monitor/on_every_rank.h"

namespace scalemark::sweep {

std::int64_t least_of(const monitor::ControlGroup& group, std::int64_t value) { return -group.max(-value); }

void together(const monitor::ControlGroup& world, const std::function<void()>& step) {
  const auto messages = monitor::on_every_rank(world, [&]() -> std::string {
    try {
      step();
    } catch (const InputError& error) {
      return error.what();
    }
    return {};
  });
  if (!messages) return;
  std::string all;
  for (std::size_t rank = 0; rank < messages->size(); ++rank) {
    const std::string& message = (*messages)[rank];
    // What every rank says alike is said once.
    if (message.empty() || all.find(message) != std::string::npos) continue;
    if (!all.empty()) all += '\n';
    all += rank == 0 ? message : fmt::format("rank {}: {}", rank, message);
  }
  throw AgreedInputError(world.broadcast(all));
}

}  // namespace scalemark::sweep
