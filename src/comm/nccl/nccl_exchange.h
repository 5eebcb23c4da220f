#pragma once

#include <nccl.h>

#include <cstddef>

namespace scalemark::comm {

struct SentAndReceived {
  const void* sent;
  void* received;
  std::size_t bytes;  ///< of each
};

/// Sends to the next of `size` ranks and receives from the previous one, as one operation of NCCL. Its group is closed
/// whatever happens: the next call of this thread would else be put into it.
inline ncclResult_t send_around(const SentAndReceived& data, int rank, int size, ncclComm_t comm, cudaStream_t stream) {
  ncclResult_t result = ncclGroupStart();
  if (result != ncclSuccess) return result;
  result = ncclSend(data.sent, data.bytes, ncclUint8, (rank + 1) % size, comm, stream);
  if (result == ncclSuccess)
    result = ncclRecv(data.received, data.bytes, ncclUint8, (rank + size - 1) % size, comm, stream);
  const ncclResult_t ended = ncclGroupEnd();
  return result != ncclSuccess ? result : ended;
}

}  // namespace scalemark::comm
