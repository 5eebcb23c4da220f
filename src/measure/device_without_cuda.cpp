#include "core/error.h"
#include "measure/cuda_device.h"

namespace scalemark::measure {
namespace {

[[noreturn]] void refuse() {
  throw LaunchError("this build has no CUDA; build with SCALEMARK_CUDA=ON, or use device: cpu");
}

}  // namespace

int cuda_device_count() { return 0; }
CudaSupport cuda_support() { return {}; }
std::vector<int> gpus_out_of_reach(int) { return {}; }
std::unique_ptr<Timeline> make_cuda_timeline(const c10::Device&) { refuse(); }
std::unique_ptr<MemoryMeter> make_cuda_memory_meter(const c10::Device&) { refuse(); }
DeviceDescription describe_cuda_device(const c10::Device&) { refuse(); }
void make_cuda_device_current(const c10::Device&) { refuse(); }
std::int64_t free_cuda_memory_bytes(const c10::Device&) { refuse(); }
void synchronize_cuda(const c10::Device&) { refuse(); }
std::map<std::string, std::string> cuda_library_versions() { return {}; }

}  // namespace scalemark::measure
