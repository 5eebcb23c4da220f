#include "monitor/on_every_rank.h"

namespace scalemark::monitor {

std::optional<std::vector<std::string>> on_every_rank(const ControlGroup& group,
                                                      const std::function<std::string()>& step) {
  const std::string reason = step();
  if (group.max(std::int64_t{reason.empty() ? 0 : 1}) == 0) return std::nullopt;
  return group.gather(reason);
}

}  // namespace scalemark::monitor
