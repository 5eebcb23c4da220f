#pragma once

#include <cstddef>
#include <functional>
#include <memory>

namespace scalemark::comm {

/// Memory of NCCL's own kind, which links and switches can read without a copy; counted in nccl_memory(). Made and
/// freed with the GPU that it lies on current.
class NcclAllocation {
 public:
  /// @param make_room  is called where there is no memory, before one more attempt.
  /// @throws NcclMemoryError where there is none even then; LaunchError for any other reason
  NcclAllocation(std::size_t bytes, const std::function<void()>& make_room);

  void* memory() const { return memory_.get(); }

 private:
  struct Free {
    std::size_t bytes;
    void operator()(void* memory) const;
  };
  std::unique_ptr<void, Free> memory_;
};

}  // namespace scalemark::comm
