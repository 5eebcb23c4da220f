#include "sweep/provenance.h"

#include <ATen/Parallel.h>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <string_view>
#include <thread>

#include "comm/backend.h"
#include "core/faults.h"
#include "core/host_name.h"
#include "core/version.h"
#include "mpi/mpi_session.h"
#include "results/hdf5_version.h"

extern char** environ;

namespace scalemark::sweep {
namespace {

bool is_recorded(std::string_view name) {
  constexpr std::array<std::string_view, 3> kPrefixes{"SLURM_", "NCCL_", "OMP_"};
  if (name == "SLURM_JWT") return false;  // a credential
  if (name == "CUDA_VISIBLE_DEVICES" || name == kFaultVariable) return true;
  return std::any_of(kPrefixes.begin(), kPrefixes.end(), [&](auto prefix) { return name.starts_with(prefix); });
}

std::map<std::string, std::string> recorded_environment() {
  std::map<std::string, std::string> recorded;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const auto equals = text.find('=');
    if (equals != std::string_view::npos && is_recorded(text.substr(0, equals))) {
      recorded.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
  }
  return recorded;
}

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

std::string topology(const std::vector<std::string>& hosts) {
  std::map<std::string, int> ranks_by_host;
  for (const auto& host : hosts) ++ranks_by_host[host];
  std::string text = fmt::format("{} ranks on {} hosts", hosts.size(), ranks_by_host.size());
  for (const auto& [host, ranks] : ranks_by_host) text += fmt::format("\n{}: {} ranks", host, ranks);
  return text + fmt::format("\nrank 0: {} logical processors, {} threads per rank", std::thread::hardware_concurrency(),
                            at::get_num_threads());
}

}  // namespace

std::string utc_now() {
  const auto now = std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(now)));
}

results::ResultFile describe_job(const config::Experiment& experiment, const std::string& command_line,
                                 const measure::DeviceDescription& device, const monitor::ControlGroup& world) {
  results::ResultFile file;
  file.title = experiment.name;
  file.source = fmt::format("scalemark {} run", software_version());
  file.created = utc_now();
  file.history = fmt::format("{} {}", file.created, command_line);
  file.software_version = software_version();
  file.git_commit = git_commit();
  auto& provenance = file.provenance;
  provenance.config = experiment.resolved_yaml;
  provenance.config_hash = experiment.hash;
  provenance.command_line = command_line;
  provenance.environment = recorded_environment();
  provenance.versions = versions();
  provenance.hosts = world.gather(host_name());
  provenance.devices = world.gather(device_line(device));
  provenance.topology = topology(provenance.hosts);
  return file;
}

}  // namespace scalemark::sweep
