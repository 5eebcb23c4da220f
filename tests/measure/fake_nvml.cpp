// libnvidia-ml.so.1 of a machine with one GPU, "GPU-1234". FAKE_NVML_REASONS holds the throttle reasons that it gives,
// FAKE_NVML_MILLIJOULES what it has used. Of its NVLinks, FAKE_NVML_NVLINKS has a letter each: g leads to another GPU,
// s to a switch, - is down, ? leads nobody knows where.

#include <cstdlib>
#include <cstring>
#include <string>

extern "C" {

int nvmlInit_v2() { return 0; }
int nvmlShutdown() { return 0; }

int nvmlDeviceGetHandleByUUID(const char* uuid, void** device) {
  static int the_device = 0;
  *device = &the_device;
  constexpr int kNotFound = 6;
  return std::strcmp(uuid, "GPU-1234") == 0 ? 0 : kNotFound;
}

int nvmlDeviceGetClockInfo(void*, int type, unsigned int* megahertz) {
  constexpr int kSm = 1;
  *megahertz = type == kSm ? 1410 : 7;
  return 0;
}

int nvmlDeviceGetUtilizationRates(void*, unsigned int* gpu_and_memory_percent) {
  gpu_and_memory_percent[0] = 37;
  gpu_and_memory_percent[1] = 5;
  return 0;
}

int nvmlDeviceGetMemoryInfo(void*, unsigned long long* total_free_used) {
  total_free_used[0] = 16'000'000'000;
  total_free_used[1] = 13'000'000'000;
  total_free_used[2] = 3'000'000'000;
  return 0;
}

int nvmlDeviceGetTotalEnergyConsumption(void*, unsigned long long* millijoules) {
  const char* text = std::getenv("FAKE_NVML_MILLIJOULES");
  constexpr int kNotSupported = 3;
  if (text == nullptr) return kNotSupported;
  *millijoules = std::strtoull(text, nullptr, 0);
  return 0;
}

struct FakePci {
  char legacy_address[16];
  unsigned int domain;
  unsigned int bus;
  unsigned int device;
  unsigned int rest[2];
  char address[32];
};

int nvmlDeviceGetPciInfo_v3(void*, FakePci* pci) {
  *pci = {"", 0, 0x1a, 0, {}, "00000000:1A:00.0"};
  return 0;
}

int nvmlDeviceGetMaxPcieLinkGeneration(void*, unsigned int* generation) {
  *generation = 3;
  return 0;
}

int nvmlDeviceGetMaxPcieLinkWidth(void*, unsigned int* lanes) {
  *lanes = 16;
  return 0;
}

int nvmlDeviceGetNvLinkState(void*, unsigned int link, int* is_up) {
  const char* text = std::getenv("FAKE_NVML_NVLINKS");
  const std::string links = text == nullptr ? "" : text;
  constexpr int kInvalidArgument = 2;
  if (link >= links.size()) return kInvalidArgument;
  *is_up = links[link] == '-' ? 0 : 1;
  return 0;
}

int nvmlDeviceGetNvLinkRemoteDeviceType(void*, unsigned int link, int* type) {
  const char kind = std::getenv("FAKE_NVML_NVLINKS")[link];
  constexpr int kSwitch = 2;
  constexpr int kNotSupported = 3;
  if (kind == '?') return kNotSupported;
  *type = kind == 's' ? kSwitch : 0;
  return 0;
}

int nvmlDeviceGetNvLinkRemotePciInfo_v2(void*, unsigned int, FakePci* pci) {
  *pci = {"", 0, 0x1c, 0, {}, "00000000:1C:00.0"};
  return 0;
}

int nvmlDeviceGetCurrentClocksThrottleReasons(void*, unsigned long long* reasons) {
  const char* text = std::getenv("FAKE_NVML_REASONS");
  constexpr int kNotSupported = 3;
  if (text == nullptr) return kNotSupported;
  *reasons = std::strtoull(text, nullptr, 0);
  return 0;
}
}
