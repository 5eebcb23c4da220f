// libnvidia-ml.so.1 of a machine with one GPU, "GPU-1234". FAKE_NVML_REASONS holds the throttle reasons that it gives,
// FAKE_NVML_MILLIJOULES what it has used.

#include <cstdlib>
#include <cstring>

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

int nvmlDeviceGetCurrentClocksThrottleReasons(void*, unsigned long long* reasons) {
  const char* text = std::getenv("FAKE_NVML_REASONS");
  constexpr int kNotSupported = 3;
  if (text == nullptr) return kNotSupported;
  *reasons = std::strtoull(text, nullptr, 0);
  return 0;
}
}
