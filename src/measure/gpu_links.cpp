#include "measure/gpu_links.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <memory>

namespace scalemark::measure {
namespace {

// From nvml.h, whose binary interface is kept stable; the machine that builds may not have the header.
constexpr int kNvmlSuccess = 0;
constexpr unsigned int kMostNvlinks = 18;
constexpr int kLinkIsUp = 1;
enum class Remote : int { kGpu = 0, kSwitch = 2 };

struct PciInfo {  // nvmlPciInfo_t
  char legacy_address[16];
  unsigned int domain;
  unsigned int bus;
  unsigned int device;
  unsigned int device_and_vendor;
  unsigned int subsystem;
  char address[32];
};

using Nvml = std::unique_ptr<void, int (*)(void*)>;

/// The call's answer; nullopt where the library lacks the call or the call fails.
template <typename Answer, typename... Arguments>
std::optional<Answer> ask(const Nvml& nvml, const char* call, Arguments... arguments) {
  auto* function = reinterpret_cast<int (*)(Arguments..., Answer*)>(dlsym(nvml.get(), call));
  Answer answer{};
  if (function == nullptr || function(arguments..., &answer) != kNvmlSuccess) return std::nullopt;
  return answer;
}

bool start(const Nvml& nvml) {
  auto* init = nvml ? reinterpret_cast<int (*)()>(dlsym(nvml.get(), "nvmlInit_v2")) : nullptr;
  return init != nullptr && init() == kNvmlSuccess;
}

std::string address_of(const PciInfo& pci) {
  return fmt::format("{:08x}:{:02x}:{:02x}", pci.domain, pci.bus, pci.device);
}

/// Adds the link; false where it leads nobody knows where.
bool add_nvlink(const Nvml& nvml, void* device, unsigned int link, GpuLinks& links) {
  const auto remote = ask<int>(nvml, "nvmlDeviceGetNvLinkRemoteDeviceType", device, link);
  if (!remote) return false;
  if (*remote == static_cast<int>(Remote::kSwitch)) ++links.switch_nvlinks;
  if (*remote != static_cast<int>(Remote::kGpu)) return true;
  const auto pci = ask<PciInfo>(nvml, "nvmlDeviceGetNvLinkRemotePciInfo_v2", device, link);
  if (pci) links.nvlink_peers.push_back(address_of(*pci));
  return pci.has_value();
}

std::optional<GpuLinks> links_of(const Nvml& nvml, void* device) {
  GpuLinks links;
  const auto pci = ask<PciInfo>(nvml, "nvmlDeviceGetPciInfo_v3", device);
  if (!pci || dlsym(nvml.get(), "nvmlDeviceGetNvLinkState") == nullptr) return std::nullopt;
  links.address = address_of(*pci);
  for (unsigned int link = 0; link < kMostNvlinks; ++link) {
    // Fails for a GPU without NVLinks, and behind its last one.
    const auto state = ask<int>(nvml, "nvmlDeviceGetNvLinkState", device, link);
    if (state == kLinkIsUp && !add_nvlink(nvml, device, link, links)) return std::nullopt;
  }
  links.pcie_generation =
      static_cast<int>(ask<unsigned int>(nvml, "nvmlDeviceGetMaxPcieLinkGeneration", device).value_or(0));
  links.pcie_lanes = static_cast<int>(ask<unsigned int>(nvml, "nvmlDeviceGetMaxPcieLinkWidth", device).value_or(0));
  return links;
}

}  // namespace

std::optional<GpuLinks> gpu_links(const std::string& uuid) {
  const Nvml nvml(dlopen("libnvidia-ml.so.1", RTLD_NOW | RTLD_LOCAL), [](void* library) { return dlclose(library); });
  if (!start(nvml)) return std::nullopt;
  std::optional<GpuLinks> links;
  if (const auto device = ask<void*>(nvml, "nvmlDeviceGetHandleByUUID", uuid.c_str())) links = links_of(nvml, *device);
  if (auto* stop = reinterpret_cast<int (*)()>(dlsym(nvml.get(), "nvmlShutdown"))) stop();
  return links;
}

}  // namespace scalemark::measure
