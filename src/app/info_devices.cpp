#include "app/info_devices.h"

#include <fmt/format.h>

#include <map>

#include "app/own_versions.h"
#include "comm/backend.h"
#include "core/text/json_writer.h"
#include "core/units.h"
#include "measure/device.h"
#include "monitor/control_group.h"
#include "mpi/mpi_session.h"

namespace scalemark::app {
namespace {

measure::DeviceDescription gpu(int index) {
  return measure::describe_device(c10::Device(c10::kCUDA, static_cast<c10::DeviceIndex>(index)));
}

std::string library_lines() {
  std::string text;
  for (const auto& [library, version] : measure::device_library_versions())
    text += fmt::format("{} {}\n", library, version);
  const std::string nccl = comm::nccl_version();
  return text +
         fmt::format("NCCL {}\nMPI {}\n", nccl.empty() ? "not built in" : nccl, mpi::MpiSession::library_version());
}

void add_libraries(JsonWriter& json) {
  std::map<std::string, std::string> libraries = measure::device_library_versions();
  libraries["HDF5"] = results::hdf5_version();
  libraries["MPI"] = mpi::MpiSession::library_version();
  if (const std::string nccl = comm::nccl_version(); !nccl.empty()) libraries["NCCL"] = nccl;
  json.member("libraries", libraries);
}

void add_device(JsonWriter& json, const std::string& id, const measure::DeviceDescription& device) {
  json.begin_object(JsonWriter::Layout::kOneLine)
      .member("id", id)
      .member("name", device.name)
      .member("memory_bytes", device.memory_bytes)
      .member("uuid", device.uuid)
      .member("clocks", device.clocks)
      .end_object();
}

}  // namespace

std::string describe_installation() {
  std::string text = library_lines();
  const auto host = measure::describe_device(c10::Device(c10::kCPU));
  text += fmt::format("cpu: {}, {}\n", host.name, format_bytes(static_cast<double>(host.memory_bytes)));
  for (int index = 0; index < measure::cuda_device_count(); ++index) {
    const auto device = gpu(index);
    text += fmt::format("cuda:{}: {}, {}, {}, {}\n", index, device.name,
                        format_bytes(static_cast<double>(device.memory_bytes)), device.uuid, device.clocks);
  }
  return text;
}

std::string installation_json() {
  return json_document("info", [](JsonWriter& json) {
    json.member("of", "installation").member("can_measure", true);
    add_libraries(json);
    json.key("devices").begin_array();
    add_device(json, "cpu", measure::describe_device(c10::Device(c10::kCPU)));
    for (int index = 0; index < measure::cuda_device_count(); ++index)
      add_device(json, fmt::format("cuda:{}", index), gpu(index));
    json.end_array();
  });
}

std::string all_versions() {
  std::string text = own_versions() + library_lines();
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

}  // namespace scalemark::app
