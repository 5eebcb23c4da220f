#include "sweep/own_networks.h"

#include <fmt/format.h>

#include <set>
#include <string>
#include <utility>

#include "core/error.h"
#include "nn/script_network.h"
#include "sweep/agreement.h"

namespace scalemark::sweep {
namespace {

/// File, and what it is asked for.
using Wanted = std::set<std::pair<std::string, nn::NetworkOptions>>;

Wanted wanted_networks(const config::Experiment& experiment) {
  Wanted wanted;
  for (const auto& config : experiment.cases) {
    if (!config.has_own_network()) continue;
    wanted.insert(
        {config.model,
         {.image_size = config.dataset.image_size, .classes = config.dataset.classes, .digest = config.model_digest}});
  }
  return wanted;
}

std::string digests_of(const Wanted& wanted) {
  std::string text;
  for (const auto& [file, options] : wanted) text += fmt::format("{}: {}\n", file, options.digest);
  return text;
}

}  // namespace

void require_own_networks(const config::Experiment& experiment, const monitor::ControlGroup& world) {
  const Wanted wanted = wanted_networks(experiment);
  const std::string on_rank_0 = world.broadcast(digests_of(wanted));
  together(world, [&] {
    if (digests_of(wanted) != on_rank_0)
      throw InputError("this host's file of a network (model) is another than rank 0's: copy rank 0's to all hosts");
    for (const auto& [file, options] : wanted) nn::check_script_network(file, options);
  });
}

}  // namespace scalemark::sweep
