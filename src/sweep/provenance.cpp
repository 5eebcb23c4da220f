#include "sweep/provenance.h"

#include <ATen/Parallel.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>
#include <map>
#include <thread>

#include "comm/backend.h"
#include "core/credentials.h"
#include "core/host_name.h"
#include "core/version.h"
#include "mpi/mpi_session.h"
#include "results/hdf5_version.h"
#include "sweep/recorded_environment.h"
#include "sweep/topology_text.h"

namespace scalemark::sweep {
namespace {

std::map<std::string, std::string> versions() {
  auto versions = measure::device_library_versions();
  versions["scalemark"] = software_version();
  versions["MPI"] = mpi::MpiSession::library_version();
  versions["HDF5"] = results::hdf5_version();
  if (const std::string nccl = comm::nccl_version(); !nccl.empty()) versions["NCCL"] = nccl;
  return versions;
}

std::string device_line(const measure::DeviceDescription& device) {
  std::string line = device.name;
  for (const auto& part : {device.uuid, device.pci_id, device.clocks}) {
    if (!part.empty()) line += ", " + part;
  }
  return line;
}

std::string device_lines(const std::vector<at::Device>& devices) {
  std::vector<std::string> lines;
  lines.reserve(devices.size());
  for (const auto& device : devices) lines.push_back(device_line(measure::describe_device(device)));
  return fmt::format("{}", fmt::join(lines, "; "));
}

// Collective, of the ranks' first devices; complete on rank 0.
std::string topology(const std::vector<at::Device>& devices, const monitor::ControlGroup& world) {
  measure::DeviceDescription first;
  if (!devices.empty()) first = measure::describe_device(devices.front());
  std::vector<RankPlace> places;
  for (const auto& place : world.gather(to_text(own_place(host_name(), first.pci_id, first.uuid))))
    places.push_back(rank_place_of(place));
  return topology_text(places) + fmt::format("\nrank 0: {} logical processors, {} threads per rank",
                                             std::thread::hardware_concurrency(), at::get_num_threads());
}

}  // namespace

std::string utc_now() {
  const auto now = std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(now)));
}

results::ResultFile describe_job(const config::Experiment& experiment, const std::string& command_line,
                                 const std::vector<at::Device>& devices, const monitor::ControlGroup& world) {
  const auto known = credentials_in_environment();
  const std::string command = without_credentials(command_line, known);
  results::ResultFile file;
  file.title = experiment.name;
  file.source = fmt::format("scalemark {} run", software_version());
  file.created = utc_now();
  file.history = fmt::format("{} {}", file.created, command);
  file.software_version = software_version();
  file.git_commit = git_commit();
  auto& provenance = file.provenance;
  provenance.config = without_credentials(experiment.resolved_yaml, known);
  provenance.config_hash = experiment.hash;
  provenance.command_line = command;
  provenance.environment = recorded_environment();
  provenance.versions = versions();
  provenance.hosts = world.gather(host_name());
  provenance.devices = world.gather(device_lines(devices));
  provenance.topology = topology(devices, world);
  return file;
}

}  // namespace scalemark::sweep
