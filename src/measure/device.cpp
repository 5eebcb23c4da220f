#include "measure/device.h"

#include <fmt/format.h>
#include <torch/version.h>
#include <unistd.h>

#include <fstream>

#include "core/error.h"
#include "measure/cuda_device.h"

namespace scalemark::measure {
namespace {

std::string processor_name() {
  std::ifstream cpuinfo("/proc/cpuinfo");
  for (std::string line; std::getline(cpuinfo, line);) {
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  }
  return "unknown processor";
}

DeviceDescription describe_host() {
  DeviceDescription host;
  host.name = processor_name();
  host.memory_bytes = std::int64_t{sysconf(_SC_PHYS_PAGES)} * sysconf(_SC_PAGESIZE);
  return host;
}

}  // namespace

std::optional<int> gpu_of_rank(int node_rank, int visible_gpus) {
  if (visible_gpus == 1) return 0;
  return node_rank < visible_gpus ? std::optional(node_rank) : std::nullopt;
}

c10::Device select_device(bool use_cuda, int node_rank) {
  if (!use_cuda) return c10::Device(c10::kCPU);
  const int devices = cuda_device_count();
  const auto index = gpu_of_rank(node_rank, devices);
  if (!index) {
    throw LaunchError(
        fmt::format("rank {} of this node has no GPU: {} visible (CUDA_VISIBLE_DEVICES, --gres); start at most that "
                    "many ranks per node",
                    node_rank, devices));
  }
  const c10::Device device(c10::kCUDA, static_cast<c10::DeviceIndex>(*index));
  make_cuda_device_current(device);
  return device;
}

DeviceDescription describe_device(const c10::Device& device) {
  return device.is_cuda() ? describe_cuda_device(device) : describe_host();
}

std::int64_t free_memory_bytes(const c10::Device& device) {
  if (device.is_cuda()) return free_cuda_memory_bytes(device);
  return std::int64_t{sysconf(_SC_AVPHYS_PAGES)} * sysconf(_SC_PAGESIZE);
}

void synchronize(const c10::Device& device) {
  if (device.is_cuda()) synchronize_cuda(device);
}

std::map<std::string, std::string> device_library_versions() {
  auto versions = cuda_library_versions();
  versions["LibTorch"] = TORCH_VERSION;
  return versions;
}

}  // namespace scalemark::measure
