#pragma once

#include <optional>
#include <string>

#include "comm/environment_change.h"

namespace scalemark::comm {

/// What NCCL is told when it makes a communicator. By default it chooses by itself.
struct NcclSettings {
  std::optional<int> max_ctas{};  ///< the most thread blocks of a collective
  std::string algorithm{};        ///< of all-reduces, as NCCL_ALGO names it; empty: NCCL's choice
  std::string protocol{};         ///< of all-reduces, as NCCL_PROTO names it; empty: NCCL's choice

  auto operator<=>(const NcclSettings&) const = default;
};

/// The variables that NCCL reads while it makes a communicator. The other collectives keep their own choices: not each
/// algorithm can do each of them.
EnvironmentChange::Variables environment_of(const NcclSettings& settings);

}  // namespace scalemark::comm
