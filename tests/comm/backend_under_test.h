#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <string>

#include "comm/communicator.h"

namespace scalemark::comm {

/// Why the contract cannot be tried here; empty where it can.
std::string why_backend_cannot_run();

/// The device of this rank's tensors.
at::Device device_under_test();
std::unique_ptr<Communicator> make_backend_under_test();

}  // namespace scalemark::comm
