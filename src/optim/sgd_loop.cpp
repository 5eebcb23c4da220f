#include "optim/sgd_loop.h"

#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>

#include "core/vector_unit.h"

namespace scalemark::optim {
namespace {

/// In the parameter's type, as LibTorch computes.
template <typename Value>
struct Factors {
  explicit Factors(const SgdFactors& factors)
      : learning_rate(static_cast<Value>(factors.learning_rate)),
        momentum(static_cast<Value>(factors.momentum)),
        weight_decay(static_cast<Value>(factors.weight_decay)) {}

  Value learning_rate;
  Value momentum;
  Value weight_decay;
};

enum class Kind { kPlain, kMomentum, kNesterov };

template <typename Value, Kind kind>
SCALEMARK_INLINE void sgd_loop(Value* __restrict parameter, const Value* __restrict gradient, Value* __restrict buffer,
                               std::int64_t count, Factors<Value> factors) {
  for (std::int64_t i = 0; i < count; ++i) {
    Value direction = gradient[i] + factors.weight_decay * parameter[i];
    if constexpr (kind != Kind::kPlain) {
      buffer[i] = factors.momentum * buffer[i] + direction;
      direction = kind == Kind::kNesterov ? direction + factors.momentum * buffer[i] : buffer[i];
    }
    parameter[i] -= factors.learning_rate * direction;
  }
}

template <typename Value, Kind kind>
void step(const at::Tensor& parameter, const at::Tensor& gradient, const at::Tensor& buffer,
          const Factors<Value>& factors) {
  static const VectorUnit unit = best_vector_unit();
  constexpr std::int64_t kValuesPerThread = 32768;
  auto* const values = parameter.mutable_data_ptr<Value>();
  const auto* const gradients = gradient.const_data_ptr<Value>();
  auto* const buffers = kind == Kind::kPlain ? nullptr : buffer.mutable_data_ptr<Value>();
  at::parallel_for(0, parameter.numel(), kValuesPerThread, [&](std::int64_t begin, std::int64_t end) {
    auto* const from = kind == Kind::kPlain ? nullptr : buffers + begin;
    run_loop<sgd_loop<Value, kind>>(unit, values + begin, gradients + begin, from, end - begin, factors);
  });
}

template <typename Value>
void step(const at::Tensor& parameter, const at::Tensor& gradient, const at::Tensor& buffer,
          const SgdFactors& factors) {
  const Factors<Value> in_type(factors);
  if (factors.momentum == 0) return step<Value, Kind::kPlain>(parameter, gradient, buffer, in_type);
  if (factors.nesterov) return step<Value, Kind::kNesterov>(parameter, gradient, buffer, in_type);
  step<Value, Kind::kMomentum>(parameter, gradient, buffer, in_type);
}

}  // namespace

void sgd_step_on_cpu(const at::Tensor& parameter, const at::Tensor& gradient, const at::Tensor& momentum_buffer,
                     const SgdFactors& factors) {
  AT_DISPATCH_FLOATING_TYPES(parameter.scalar_type(), "sgd_step_on_cpu",
                             [&] { step<scalar_t>(parameter, gradient, momentum_buffer, factors); });
}

}  // namespace scalemark::optim
