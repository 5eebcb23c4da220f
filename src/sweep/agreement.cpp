#include "sweep/agreement.h"

#include <fmt/format.h>

#include <string>

namespace scalemark::sweep {

void together(const monitor::ControlGroup& world, const std::function<void()>& step) {
  std::string message;
  try {
    step();
  } catch (const InputError& error) {
    message = error.what();
  }
  if (world.max(std::int64_t{message.empty() ? 0 : 1}) == 0) return;
  std::string all;
  const auto messages = world.gather(message);
  for (std::size_t rank = 0; rank < messages.size(); ++rank) {
    // What every rank says alike is said once.
    if (messages[rank].empty() || all.find(messages[rank]) != std::string::npos) continue;
    if (!all.empty()) all += '\n';
    all += rank == 0 ? messages[rank] : fmt::format("rank {}: {}", rank, messages[rank]);
  }
  throw AgreedInputError(world.broadcast(all));
}

}  // namespace scalemark::sweep
