#include <ATen/ops/empty.h>
#include <c10/core/GradMode.h>

#include <map>

#include "comm/gradient_reducer.h"

namespace scalemark::comm {
namespace {

constexpr std::int64_t kPackBytes = std::int64_t{32} << 20;

/// Broadcasts tensors of one dtype through one flat copy of them.
void broadcast_packed(const std::vector<at::Tensor>& tensors, Communicator& communicator) {
  std::int64_t elements = 0;
  for (const at::Tensor& tensor : tensors) elements += tensor.numel();
  const at::Tensor flat = at::empty({elements}, tensors.front().options().requires_grad(false));

  std::vector<at::Tensor> places;
  std::int64_t offset = 0;
  for (const at::Tensor& tensor : tensors) {
    places.push_back(flat.narrow(0, offset, tensor.numel()).view(tensor.sizes()));
    places.back().copy_(tensor);
    offset += tensor.numel();
  }
  // As bytes: buffers may have dtypes that need no arithmetic, such as bool.
  communicator.broadcast(flat.view(at::kByte), 0);
  for (std::size_t i = 0; i < tensors.size(); ++i) at::Tensor(tensors[i]).copy_(places[i]);
}

}  // namespace

void broadcast_tensors(const std::vector<at::Tensor>& tensors, Communicator& communicator) {
  if (communicator.size() == 1) return;
  const c10::NoGradGuard no_grad;
  std::map<at::ScalarType, std::vector<at::Tensor>> by_dtype;
  for (const at::Tensor& tensor : tensors) by_dtype[tensor.scalar_type()].push_back(tensor);

  for (const auto& [dtype, same_dtype] : by_dtype) {
    std::vector<at::Tensor> pack;
    std::size_t pack_bytes = 0;
    for (const at::Tensor& tensor : same_dtype) {
      pack.push_back(tensor);
      pack_bytes += tensor.nbytes();
      if (pack_bytes < kPackBytes) continue;
      broadcast_packed(pack, communicator);
      pack.clear();
      pack_bytes = 0;
    }
    if (!pack.empty()) broadcast_packed(pack, communicator);
  }
}

}  // namespace scalemark::comm
