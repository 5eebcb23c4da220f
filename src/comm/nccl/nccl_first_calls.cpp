#include "comm/nccl/nccl_first_calls.h"

#include <ATen/ops/zeros.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/util/Exception.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "comm/nccl/nccl_check.h"
#include "comm/nccl/nccl_exchange.h"

namespace scalemark::comm {
namespace {

/// Of an operation's larger tensor. NCCL moves the least by flags in the data (LL), more by flags in lines of 128 bytes
/// where links keep them whole (LL128), and much in plain blocks (Simple); trees give way to rings.
constexpr std::size_t kFirstCallBytes[] = {1, std::size_t{256} << 10, std::size_t{32} << 20};

at::Tensor scratch_of(std::size_t elements, const at::Device& device) {
  try {
    return at::zeros({static_cast<std::int64_t>(elements)}, at::TensorOptions(device).dtype(at::kFloat));
  } catch (const c10::OutOfMemoryError& error) {
    throw NcclMemoryError(error.what_without_backtrace());
  }
}

/// Elements of one rank's piece of an operation.
std::size_t piece_of(std::size_t bytes, int ranks) {
  return std::max(std::size_t{1}, bytes / sizeof(float) / static_cast<std::size_t>(ranks));
}

}  // namespace

void NcclFirstCalls::queue(NcclComm& comm) {
  const c10::cuda::CUDAStreamGuard guard(stream_);
  scratch_ = scratch_of(piece_of(*std::max_element(std::begin(kFirstCallBytes), std::end(kFirstCallBytes)), size_) *
                            static_cast<std::size_t>(size_),
                        stream_.device());
  for (const std::size_t bytes : kFirstCallBytes) {
    queue_sums(comm, piece_of(bytes, size_));
    queue_copies(comm, piece_of(bytes, size_));
  }
}

void NcclFirstCalls::queue_sums(NcclComm& comm, std::size_t piece) const {
  auto* all = scratch_.data_ptr<float>();
  float* mine = all + piece * static_cast<std::size_t>(rank_);
  comm.enqueue("the first all-reduce", [&](ncclComm_t handle) {
    return ncclAllReduce(all, all, piece * static_cast<std::size_t>(size_), ncclFloat32, ncclSum, handle, stream_);
  });
  comm.enqueue("the first reduce-scatter", [&](ncclComm_t handle) {
    return ncclReduceScatter(all, mine, piece, ncclFloat32, ncclSum, handle, stream_);
  });
}

void NcclFirstCalls::queue_copies(NcclComm& comm, std::size_t piece) const {
  auto* all = scratch_.data_ptr<float>();
  float* mine = all + piece * static_cast<std::size_t>(rank_);
  comm.enqueue("the first all-gather",
               [&](ncclComm_t handle) { return ncclAllGather(mine, all, piece, ncclFloat32, handle, stream_); });
  comm.enqueue("the first broadcast", [&](ncclComm_t handle) {
    return ncclBroadcast(all, all, piece * static_cast<std::size_t>(size_), ncclFloat32, 0, handle, stream_);
  });
  comm.enqueue("the first send and receive", [&](ncclComm_t handle) {
    return send_around({all, all + piece, piece * sizeof(float)}, rank_, size_, handle, stream_);
  });
}

void NcclFirstCalls::wait(NcclComm& comm, double seconds) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  while (!stream_.query()) {
    comm.check_health();
    if (std::chrono::duration<double>(Clock::now() - start).count() > seconds) {
      comm.give_up(fmt::format(
          "NCCL: the first operations were not done within {} s: a rank is missing, or its GPU is not reached "
          "(NCCL_P2P_DISABLE=1 tries it through the host's memory; NCCL_DEBUG=INFO shows more)",
          seconds));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  comm.check_health();
  scratch_ = at::Tensor();
}

}  // namespace scalemark::comm
