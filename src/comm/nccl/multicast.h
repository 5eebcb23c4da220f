#pragma once

#include <c10/core/Device.h>

namespace scalemark::comm {

/// Whether a GPU can write to several others at once, which NVLS needs (CU_DEVICE_ATTRIBUTE_MULTICAST_SUPPORTED).
bool supports_multicast(const c10::Device& device);

}  // namespace scalemark::comm
