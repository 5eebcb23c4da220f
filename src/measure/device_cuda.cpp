#include <ATen/cuda/CUDAContext.h>
#include <ATen/cuda/CUDAEvent.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAFunctions.h>
#include <c10/cuda/CUDAStream.h>
#include <c10/util/Exception.h>
#include <cuda_runtime_api.h>
#include <fmt/format.h>

#include <algorithm>

#include "core/nccl_memory.h"
#include "measure/cuda_device.h"
#include "measure/memory_limit.h"

namespace scalemark::measure {
namespace {

class CudaTimeline : public Timeline {
 public:
  explicit CudaTimeline(const c10::Device& device) : device_(device) {}

  void mark() override {
    if (used_ == events_.size()) events_.emplace_back(cudaEventDefault);
    events_[used_++].record(c10::cuda::getCurrentCUDAStream(device_.index()));
  }

  std::vector<double> seconds() override {
    if (used_ == 0) return {};
    // The last one need not be the last to come: marks may lie in several streams.
    for (std::size_t i = 0; i < used_; ++i) events_[i].synchronize();
    std::vector<float> milliseconds_between;
    for (std::size_t i = 1; i < used_; ++i) milliseconds_between.push_back(events_[i - 1].elapsed_time(events_[i]));
    return seconds_since_first(milliseconds_between);
  }

  void clear() override { used_ = 0; }

 private:
  c10::Device device_;
  std::vector<at::cuda::CUDAEvent> events_;
  std::size_t used_ = 0;
};

class CudaMemoryMeter : public MemoryMeter {
 public:
  explicit CudaMemoryMeter(const c10::Device& device) : device_(device.index()) {}

  std::int64_t current_bytes() const override { return allocated().current + nccl_memory().current(); }
  std::int64_t peak_bytes() const override { return allocated().peak + nccl_memory().peak(); }
  void reset_peak() override {
    c10::cuda::CUDACachingAllocator::resetPeakStats(device_);
    nccl_memory().reset_peak();
  }

  void release_cache() override {
    // LibTorch keeps one for each thread's handle and stream that ever multiplied matrices, 32 MiB and more on Hopper.
    at::cuda::clearCublasWorkspaces();
    c10::cuda::CUDACachingAllocator::emptyCache();
  }

  void set_limit(std::optional<std::int64_t> bytes) override {
    const auto total = static_cast<double>(at::cuda::getDeviceProperties(device_)->totalGlobalMem);
    const auto share = [&] { return static_cast<double>(left_of_limit(*bytes, nccl_memory().current())) / total; };
    const double fraction = bytes ? std::min(1.0, share()) : 1.0;
    c10::cuda::CUDACachingAllocator::setMemoryFraction(fraction, device_);
  }

 private:
  c10::CachingAllocator::Stat allocated() const {
    constexpr auto kAggregate = static_cast<std::size_t>(c10::CachingAllocator::StatType::AGGREGATE);
    return c10::cuda::CUDACachingAllocator::getDeviceStats(device_).allocated_bytes[kAggregate];
  }

  c10::DeviceIndex device_;
};

std::string uuid_text(const cudaUUID_t& uuid) {
  std::string text = "GPU-";
  for (std::size_t i = 0; i < sizeof(uuid.bytes); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += fmt::format("{:02x}", static_cast<unsigned char>(uuid.bytes[i]));
  }
  return text;
}

int attribute(cudaDeviceAttr name, const c10::Device& device) {
  int value = 0;
  C10_CUDA_CHECK(cudaDeviceGetAttribute(&value, name, device.index()));
  return value;
}

std::string cuda_version_text(int version) { return fmt::format("{}.{}", version / 1000, version % 1000 / 10); }

}  // namespace

int cuda_device_count() { return c10::cuda::device_count(); }

std::unique_ptr<Timeline> make_cuda_timeline(const c10::Device& device) {
  return std::make_unique<CudaTimeline>(device);
}

std::unique_ptr<MemoryMeter> make_cuda_memory_meter(const c10::Device& device) {
  // The caching allocator answers for a device only after LibTorch's CUDA context exists.
  at::globalContext().lazyInitDevice(c10::kCUDA);
  return std::make_unique<CudaMemoryMeter>(device);
}

DeviceDescription describe_cuda_device(const c10::Device& device) {
  const cudaDeviceProp* properties = at::cuda::getDeviceProperties(device.index());
  DeviceDescription gpu;
  gpu.name = properties->name;
  gpu.uuid = uuid_text(properties->uuid);
  gpu.pci_id =
      fmt::format("{:08x}:{:02x}:{:02x}.0", properties->pciDomainID, properties->pciBusID, properties->pciDeviceID);
  constexpr int kKilohertzPerMegahertz = 1000;
  gpu.clocks =
      fmt::format("SM {} MHz, memory {} MHz (maxima)", attribute(cudaDevAttrClockRate, device) / kKilohertzPerMegahertz,
                  attribute(cudaDevAttrMemoryClockRate, device) / kKilohertzPerMegahertz);
  gpu.memory_bytes = static_cast<std::int64_t>(properties->totalGlobalMem);
  constexpr int kTen = 10;
  gpu.compute_capability = kTen * properties->major + properties->minor;
  constexpr int kAmpere = 8;
  gpu.has_bfloat16 = properties->major >= kAmpere;
  gpu.has_tf32 = properties->major >= kAmpere;
  return gpu;
}

CudaSupport cuda_support() {
  CudaSupport support;
  support.is_built = true;
  if (cudaRuntimeGetVersion(&support.runtime_version) != cudaSuccess) support.runtime_version = 0;
  if (cudaDriverGetVersion(&support.driver_version) != cudaSuccess) support.driver_version = 0;
  // The only place where LibTorch says it without Python: a line of "NVCC architecture flags: ...".
  try {
    const std::string build = at::detail::getCUDAHooks().showConfig();
    if (const auto at = build.find("architecture flags:"); at != std::string::npos)
      support.architectures = build.substr(at, build.find('\n', at) - at);
  } catch (const c10::Error&) {
    // It asks the driver on the way: where that is missing or too old, other checks say so.
    (void)cudaGetLastError();
  }
  return support;
}

std::vector<int> gpus_out_of_reach(int index) {
  std::vector<int> unreachable;
  for (int other = 0; other < cuda_device_count(); ++other) {
    int reachable = 1;
    if (other != index && cudaDeviceCanAccessPeer(&reachable, index, other) == cudaSuccess && reachable == 0)
      unreachable.push_back(other);
  }
  return unreachable;
}

void make_cuda_device_current(const c10::Device& device) { c10::cuda::set_device(device.index()); }

std::int64_t free_cuda_memory_bytes(const c10::Device& device) {
  const c10::DeviceGuard guard(device);
  std::size_t free = 0;
  std::size_t total = 0;
  C10_CUDA_CHECK(cudaMemGetInfo(&free, &total));
  return static_cast<std::int64_t>(free);
}

void synchronize_cuda(const c10::Device& device) {
  const c10::DeviceGuard guard(device);
  c10::cuda::device_synchronize();
}

std::map<std::string, std::string> cuda_library_versions() {
  std::map<std::string, std::string> versions;
  int version = 0;
  if (cudaRuntimeGetVersion(&version) == cudaSuccess) versions["CUDA"] = cuda_version_text(version);
  if (cudaDriverGetVersion(&version) == cudaSuccess && version > 0)
    versions["driver"] = "CUDA " + cuda_version_text(version);
  if (at::detail::getCUDAHooks().hasCuDNN()) {
    const long cudnn = at::detail::getCUDAHooks().versionCuDNN();
    versions["cuDNN"] = fmt::format("{}.{}.{}", cudnn / 10000, cudnn % 10000 / 100, cudnn % 100);
  }
  return versions;
}

}  // namespace scalemark::measure
