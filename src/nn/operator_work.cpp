#include "nn/operator_work.h"

#include <ATen/core/ivalue.h>
#include <ATen/record_function.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>

namespace scalemark::nn {
namespace {

struct Call : at::ObserverContext {
  OperatorWork work;
  std::int64_t products = 0;  ///< that each value of the output is a sum of, where the output decides the work
};

using Arguments = c10::ArrayRef<const c10::IValue>;

/// A product whose every output value is a sum of `products`.
Call product(const at::Tensor& map, std::int64_t products) {
  Call call;
  call.work.input = map.numel();
  call.products = products;
  return call;
}

Call of_kind(OperatorKind kind, const at::Tensor& map) {
  Call call;
  call.work = {.kind = kind, .input = map.numel()};
  return call;
}

// (x, weight [out_channels, in_channels / groups, ...], bias, stride, padding, dilation, transposed, ...). A transposed
// one, of weight [in_channels, out_channels / groups, ...], has a product for each input value and weight behind it.
Call convolution(Arguments arguments) {
  constexpr std::size_t kTransposed = 6;
  const at::Tensor x = arguments[0].toTensor();
  const at::Tensor weight = arguments[1].toTensor();
  const std::int64_t products = weight.numel() / weight.size(0);
  if (!arguments[kTransposed].toBool()) return product(x, products);
  Call call = product(x, 0);
  call.work.multiply_adds = x.numel() * products;
  return call;
}

// Of [..., k] with [..., k, m], the first of which is at `index`.
template <std::size_t index>
Call matrix_product(Arguments arguments) {
  const at::Tensor x = arguments[index].toTensor();
  return product(x, x.size(-1));
}

// queries [..., n, d] with keys [..., m, d], and the weights that come of it with values [..., m, v]
Call attention(Arguments arguments) {
  const at::Tensor query = arguments[0].toTensor();
  const at::Tensor key = arguments[1].toTensor();
  const at::Tensor value = arguments[2].toTensor();
  const std::int64_t pairs = query.numel() / query.size(-1) * key.size(-2);
  Call call;
  call.work.input = query.numel() + key.numel() + value.numel();
  call.work.multiply_adds = pairs * (query.size(-1) + value.size(-1));
  return call;
}

template <OperatorKind kind>
Call on_map(Arguments arguments) {
  return of_kind(kind, arguments[0].toTensor());
}

struct Counted {
  std::string_view name;
  Call (*call)(Arguments);
};

// What PyTorch's torch.utils.flop_counter counts in forward passes, and aten::linear, by which Linear calls them.
constexpr std::array kCounted{
    Counted{"aten::convolution", convolution},
    Counted{"aten::_convolution", convolution},
    Counted{"aten::linear", matrix_product<0>},
    Counted{"aten::mm", matrix_product<0>},
    Counted{"aten::bmm", matrix_product<0>},
    Counted{"aten::mv", matrix_product<0>},
    Counted{"aten::dot", matrix_product<0>},
    Counted{"aten::addmm", matrix_product<1>},
    Counted{"aten::baddbmm", matrix_product<1>},
    Counted{"aten::addmv", matrix_product<1>},
    Counted{"aten::scaled_dot_product_attention", attention},
    Counted{"aten::batch_norm", on_map<OperatorKind::kNorm>},
    Counted{"aten::group_norm", on_map<OperatorKind::kNorm>},
    Counted{"aten::layer_norm", on_map<OperatorKind::kNorm>},
    Counted{"aten::max_pool2d", on_map<OperatorKind::kPooling>},
    Counted{"aten::avg_pool2d", on_map<OperatorKind::kPooling>},
    Counted{"aten::adaptive_avg_pool2d", on_map<OperatorKind::kPooling>},
};

/// What is observed on this thread; a callback has no other way to say it.
struct Observation {
  ObservedWork work;
  bool in_operator = false;
};
thread_local Observation* observation = nullptr;

std::unique_ptr<Call> call_of(const at::RecordFunction& function) {
  const std::string_view name = function.name();
  const Arguments arguments = function.inputs();
  const bool adds_map = (name == "aten::add" || name == "aten::add_") && arguments[1].isTensor();
  if (adds_map) return std::make_unique<Call>(of_kind(OperatorKind::kAddition, arguments[1].toTensor()));
  const auto* const counted = std::ranges::find(kCounted, name, &Counted::name);
  return counted == kCounted.end() ? nullptr : std::make_unique<Call>(counted->call(arguments));
}

void note_read(Arguments arguments) {
  for (const auto& argument : arguments) {
    if (!argument.isTensor() || !argument.toTensor().defined()) continue;
    observation->work.read.insert(argument.toTensor().storage().data());
  }
}

std::unique_ptr<at::ObserverContext> begin_operator(const at::RecordFunction& function) {
  if (observation->in_operator) return nullptr;
  auto call = call_of(function);
  if (call == nullptr) return nullptr;
  observation->in_operator = true;
  note_read(function.inputs());
  return call;
}

// Weights are known at an operator's start, its output at its end.
void end_operator(const at::RecordFunction& function, at::ObserverContext* context) {
  if (context == nullptr) return;
  observation->in_operator = false;
  Call& call = *static_cast<Call*>(context);
  call.work.output = function.outputs()[0].toTensor().numel();
  call.work.multiply_adds += call.work.output * call.products;
  observation->work.operators.push_back(call.work);
}

/// Sees the operators of this thread while it lives.
class Observer {
 public:
  explicit Observer(Observation& of)
      : callback_(at::addThreadLocalCallback(at::RecordFunctionCallback(begin_operator, end_operator)
                                                 .needsInputs(true)
                                                 .needsOutputs(true)
                                                 .scopes({at::RecordScope::FUNCTION}))) {
    observation = &of;
  }
  ~Observer() {
    at::removeCallback(callback_);
    observation = nullptr;
  }
  Observer(const Observer&) = delete;
  Observer& operator=(const Observer&) = delete;

 private:
  at::CallbackHandle callback_;
};

}  // namespace

ObservedWork observe_work(const std::function<void()>& computation) {
  Observation observed;
  const Observer observer(observed);
  computation();
  return observed.work;
}

}  // namespace scalemark::nn
