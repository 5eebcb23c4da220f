#include "app/info_devices.h"

#include <fmt/format.h>

#include "comm/backend.h"
#include "core/units.h"
#include "measure/device.h"
#include "monitor/control_group.h"
#include "mpi/mpi_session.h"

namespace scalemark::app {

std::string describe_installation() {
  std::string text;
  for (const auto& [library, version] : measure::device_library_versions())
    text += fmt::format("{} {}\n", library, version);
  const std::string nccl = comm::nccl_version();
  text += fmt::format("NCCL {}\n", nccl.empty() ? "not built in" : nccl);
  text += fmt::format("MPI {}\n", mpi::MpiSession::library_version());
  const auto host = measure::describe_device(c10::Device(c10::kCPU));
  text += fmt::format("cpu: {}, {}\n", host.name, format_bytes(static_cast<double>(host.memory_bytes)));
  for (int index = 0; index < measure::cuda_device_count(); ++index) {
    const auto gpu = measure::describe_device(c10::Device(c10::kCUDA, static_cast<c10::DeviceIndex>(index)));
    text += fmt::format("cuda:{}: {}, {}, {}, {}\n", index, gpu.name,
                        format_bytes(static_cast<double>(gpu.memory_bytes)), gpu.uuid, gpu.clocks);
  }
  return text;
}

}  // namespace scalemark::app
