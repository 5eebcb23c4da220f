#pragma once

#include <ATen/core/Tensor.h>

#include <optional>
#include <string>
#include <vector>

#include "core/links.h"
#include "measure/network_links.h"
#include "monitor/control_group.h"

namespace scalemark::collectives {

/// What one rank knows of the links of its GPU and its host.
struct RankLinks {
  std::string host;
  std::string gpu;
  int compute_capability = 0;
  std::optional<GpuLinks> links{};
  std::optional<bool> has_peer_access{};  ///< to the GPUs of all ranks of its host
  std::optional<measure::NetworkLinks> network{};
};

/// The ranks' knowledge, [rank], as that of their group.
LinkFacts together(const std::vector<RankLinks>& ranks);

/// Collective: what joins the ranks' GPUs, on rank 0; empty elsewhere, and of ranks on CPUs.
LinkFacts link_facts(const at::Device& device, const monitor::ControlGroup& control);

}  // namespace scalemark::collectives
