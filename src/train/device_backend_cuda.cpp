#include <ATen/core/CachingHostAllocator.h>
#include <ATen/cuda/CUDAEvent.h>
#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAException.h>
#include <c10/cuda/CUDAFunctions.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>
#include <c10/util/Exception.h>
#include <cuda_runtime_api.h>
#include <torch/version.h>

#include <array>
#include <cstddef>
#include <exception>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "train/device_backend.h"

namespace scalemark::train {
namespace {

namespace allocator = c10::cuda::CUDACachingAllocator;

/// The queues of this process on a device beside its first one. LibTorch hands its streams out in turn and takes none
/// back, and it keeps a workspace of cuBLAS's for each on which matrices were ever multiplied: with other streams for
/// every case such memory would grow, and after some cases two of these would be one.
struct SideStreams {
  c10::cuda::CUDAStream recorder;
  c10::cuda::CUDAStream beside_graphs;
  c10::cuda::CUDAStream copies;
};

const SideStreams& side_streams(c10::DeviceIndex device) {
  static std::mutex mutex;
  static std::map<c10::DeviceIndex, SideStreams> of_device;
  const std::scoped_lock lock(mutex);
  const auto taken = of_device.find(device);
  if (taken != of_device.end()) return taken->second;
  const auto take = [device] { return c10::cuda::getStreamFromPool(/*isHighPriority=*/false, device); };
  return of_device.emplace(device, SideStreams{take(), take(), take()}).first->second;
}

/// Runs what may find nothing left to do, and says so by an error.
template <typename Function>
void attempt(const Function& function) noexcept {
  try {
    function();
  } catch (const std::exception&) {
    (void)cudaGetLastError();
  }
}

/// The memory that the graphs of one recorder share, as long as one of them lives: LibTorch takes no name of such
/// memory again that was once given up.
struct Pool {
  decltype(at::cuda::graph_pool_handle()) id = at::cuda::graph_pool_handle();  // its namespace differs by version
};

/// A point inside a graph that every replay passes, and a stream beside the graph's own that waits for it. An event
/// that is timed cannot lie inside: each replay would overwrite the last one's time before anybody has read it.
class GraphMark {
 public:
  explicit GraphMark(const c10::cuda::CUDAStream& beside) : beside_(beside) {
    C10_CUDA_CHECK(cudaEventCreateWithFlags(&event_, cudaEventDisableTiming));
  }
  ~GraphMark() { (void)cudaEventDestroy(event_); }
  GraphMark(const GraphMark&) = delete;
  GraphMark& operator=(const GraphMark&) = delete;

  /// While recording.
  void set() {
    const auto stream = c10::cuda::getCurrentCUDAStream(beside_.device_index());
    C10_CUDA_CHECK(cudaEventRecordWithFlags(event_, stream, cudaEventRecordExternal));
    is_set_ = true;
  }

  /// After a replay was queued. A later one does not move what waits here already.
  void queue_behind(const std::function<void()>& work) const {
    if (!is_set_) return;
    C10_CUDA_CHECK(cudaStreamWaitEvent(beside_, event_, cudaEventWaitDefault));
    const c10::cuda::CUDAStreamGuard guard(beside_);
    work();
  }

 private:
  c10::cuda::CUDAStream beside_;
  cudaEvent_t event_ = nullptr;
  bool is_set_ = false;
};

class CudaGraph : public DeviceGraph {
 public:
  CudaGraph(std::shared_ptr<Pool> pool, const c10::cuda::CUDAStream& beside) : pool_(std::move(pool)), mark_(beside) {}
  void replay(const std::function<void()>& at_mark) override {
    graph_.replay();
    mark_.queue_behind(at_mark);
  }
  at::cuda::CUDAGraph& graph() { return graph_; }
  GraphMark& mark() { return mark_; }
  const Pool& pool() const { return *pool_; }

 private:
  std::shared_ptr<Pool> pool_;
  GraphMark mark_;  // whose event the graph uses
  at::cuda::CUDAGraph graph_;
};

/// Pinned memory has pools of its own since LibTorch 2.11 at the latest; 2.7 has none.
void close_host_pool([[maybe_unused]] const decltype(Pool::id)& id) {
#if TORCH_VERSION_MAJOR > 2 || TORCH_VERSION_MINOR >= 11
  auto* pinned = at::getHostAllocator(at::kCUDA);
  pinned->end_allocate_to_pool(id);
  pinned->release_pool(id);
#endif
}

class CudaGraphRecorder : public GraphRecorder {
 public:
  explicit CudaGraphRecorder(const c10::Device& device)
      : device_(device),
        stream_(side_streams(device.index()).recorder),
        beside_(side_streams(device.index()).beside_graphs) {}

  void rehearse(const std::function<void()>& work) override {
    const auto around = c10::cuda::getCurrentCUDAStream(device_.index());
    order(around, stream_);
    {
      const c10::cuda::CUDAStreamGuard guard(stream_);
      work();
    }
    order(stream_, around);
  }

  std::unique_ptr<DeviceGraph> record(const MarkedWork& work) override {
    const c10::cuda::CUDAStreamGuard guard(stream_);
    // Memory that is cached but free could not be taken back while recording.
    c10::cuda::device_synchronize();
    allocator::emptyCache();
    auto recording = std::make_unique<CudaGraph>(pool(), beside_);
    try {
      // Of this thread alone: the loader's threads may allocate pinned memory, and backward runs on a thread of
      // LibTorch's.
      recording->graph().capture_begin(recording->pool().id, cudaStreamCaptureModeThreadLocal);
      work([&] { recording->mark().set(); });
      recording->graph().capture_end();
    } catch (...) {
      abandon(*recording);
      throw;
    }
    return recording;
  }

 private:
  static void order(const c10::cuda::CUDAStream& first, const c10::cuda::CUDAStream& then) {
    at::cuda::CUDAEvent done;
    done.record(first);
    done.block(then);
  }

  std::shared_ptr<Pool> pool() {
    auto pool = pool_.lock();
    if (pool == nullptr) pool_ = pool = std::make_shared<Pool>();
    return pool;
  }

  // The stream, the allocators and the generator of random numbers would else go on recording. What was recorded until
  // the error is most often a graph, which ends as one that succeeded.
  void abandon(CudaGraph& recording) const {
    attempt([&] { recording.graph().capture_end(); });
    cudaStreamCaptureStatus status = cudaStreamCaptureStatusNone;
    if (cudaStreamIsCapturing(stream_, &status) == cudaSuccess && status != cudaStreamCaptureStatusNone) {
      cudaGraph_t broken = nullptr;
      if (cudaStreamEndCapture(stream_, &broken) == cudaSuccess && broken != nullptr) (void)cudaGraphDestroy(broken);
    }
    (void)cudaGetLastError();
    // Where the stream's recording was broken nothing behind it was ended. Elsewhere both refuse, and the graph's own
    // destructor gives the memory back.
    const auto id = recording.pool().id;
    attempt([&] {
      allocator::endAllocateToPool(device_.index(), id);
      allocator::releasePool(device_.index(), id);
    });
    attempt([&] { close_host_pool(id); });
  }

  c10::Device device_;
  c10::cuda::CUDAStream stream_;
  c10::cuda::CUDAStream beside_;
  std::weak_ptr<Pool> pool_;
};

class CudaCopyLane : public CopyLane {
 public:
  explicit CudaCopyLane(const c10::Device& device) : device_(device), stream_(side_streams(device.index()).copies) {}

  void fill(std::size_t slot, const std::function<void()>& copy) override {
    released_[slot].block(stream_);
    const c10::cuda::CUDAStreamGuard guard(stream_);
    copy();
    filled_[slot].record(stream_);
  }

  void await(std::size_t slot) override { filled_[slot].block(c10::cuda::getCurrentCUDAStream(device_.index())); }
  void release(std::size_t slot) override { released_[slot].record(c10::cuda::getCurrentCUDAStream(device_.index())); }

 private:
  c10::Device device_;
  c10::cuda::CUDAStream stream_;
  std::array<at::cuda::CUDAEvent, kCopySlots> filled_;
  std::array<at::cuda::CUDAEvent, kCopySlots> released_;
};

class CudaQueueMarks : public QueueMarks {
 public:
  explicit CudaQueueMarks(const c10::Device& device) : device_(device) {
    // Asleep: a rank's one core belongs to the threads that load.
    for (std::size_t slot = 0; slot < kStepsAhead; ++slot)
      events_.emplace_back(cudaEventDisableTiming | cudaEventBlockingSync);
  }

  void set(std::size_t slot) override { events_[slot].record(c10::cuda::getCurrentCUDAStream(device_.index())); }
  void wait(std::size_t slot) override { events_[slot].synchronize(); }

 private:
  c10::Device device_;
  std::vector<at::cuda::CUDAEvent> events_;
};

}  // namespace

std::unique_ptr<GraphRecorder> make_graph_recorder(const c10::Device& device) {
  if (!device.is_cuda()) return nullptr;
  return std::make_unique<CudaGraphRecorder>(device);
}

std::unique_ptr<CopyLane> make_copy_lane(const c10::Device& device) {
  if (!device.is_cuda()) return nullptr;
  return std::make_unique<CudaCopyLane>(device);
}

std::unique_ptr<QueueMarks> make_queue_marks(const c10::Device& device) {
  if (!device.is_cuda()) return nullptr;
  return std::make_unique<CudaQueueMarks>(device);
}

}  // namespace scalemark::train
