#pragma once

#include <memory>

#include "measure/device.h"
#include "measure/memory_meter.h"
#include "measure/timeline.h"

// What a build with CUDA has in device_cuda.cpp and one without in device_without_cuda.cpp.
namespace scalemark::measure {

std::unique_ptr<Timeline> make_cuda_timeline(const c10::Device& device);
std::unique_ptr<MemoryMeter> make_cuda_memory_meter(const c10::Device& device);
DeviceDescription describe_cuda_device(const c10::Device& device);
void make_cuda_device_current(const c10::Device& device);
std::int64_t free_cuda_memory_bytes(const c10::Device& device);
void synchronize_cuda(const c10::Device& device);
std::map<std::string, std::string> cuda_library_versions();

}  // namespace scalemark::measure
