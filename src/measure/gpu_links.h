#pragma once

#include <optional>
#include <string>

#include "core/links.h"

namespace scalemark::measure {

/// The NVLinks and the PCIe link of a GPU, of the driver's management library (NVML), which is opened where it is
/// there. nullopt where it is not, does not know the GPU, or cannot say where an NVLink leads.
/// @param uuid  "GPU-..."
std::optional<GpuLinks> gpu_links(const std::string& uuid);

}  // namespace scalemark::measure
