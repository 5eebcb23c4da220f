#include "measure/memory_meter.h"

#include <malloc.h>

#include "measure/cuda_device.h"
#include "measure/host_allocator.h"

namespace scalemark::measure {
namespace {

class HostMemoryMeter : public MemoryMeter {
 public:
  HostMemoryMeter() : allocator_(HostAllocator::install()) {}
  std::int64_t current_bytes() const override { return allocator_.count().current(); }
  std::int64_t peak_bytes() const override { return allocator_.count().peak(); }
  void reset_peak() override { allocator_.count().reset_peak(); }
  void set_limit(std::optional<std::int64_t> bytes) override { allocator_.limit().set(bytes); }
  void keep_blocks(bool keep) override { allocator_.keep_blocks(keep); }
  // What a case leaves in the heap's holes would grow from case to case.
  void release_cache() override {
    allocator_.release_idle_blocks();
    malloc_trim(0);
  }

 private:
  HostAllocator& allocator_;
};

}  // namespace

std::unique_ptr<MemoryMeter> make_memory_meter(const c10::Device& device) {
  if (device.is_cuda()) return make_cuda_memory_meter(device);
  return std::make_unique<HostMemoryMeter>();
}

}  // namespace scalemark::measure
