#include <c10/core/GradMode.h>

#include "comm/gradient_reducer.h"

namespace scalemark::comm {

void broadcast_tensors(const std::vector<at::Tensor>& tensors, Communicator& communicator) {
  if (communicator.size() == 1) return;
  const c10::NoGradGuard no_grad;
  for (const at::Tensor& tensor : tensors) communicator.broadcast(tensor, 0);
}

}  // namespace scalemark::comm
