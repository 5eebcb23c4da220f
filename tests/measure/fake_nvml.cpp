// libnvidia-ml.so.1 of a machine with one GPU, "GPU-1234". FAKE_NVML_REASONS holds the throttle reasons that it gives.

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

int nvmlDeviceGetCurrentClocksThrottleReasons(void*, unsigned long long* reasons) {
  const char* text = std::getenv("FAKE_NVML_REASONS");
  constexpr int kNotSupported = 3;
  if (text == nullptr) return kNotSupported;
  *reasons = std::strtoull(text, nullptr, 0);
  return 0;
}
}
