// One update of ResNet-18's 11.2 million parameters by each optimizer, by the candidates for SGD, and a copy of as many
// bytes as SGD with momentum must move.
//
//     taskset -c 0 build/bench/optimizer_bench

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/_foreach_add.h>
#include <ATen/ops/_foreach_mul.h>
#include <ATen/ops/_fused_sgd.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/rand_like.h>
#include <ATen/ops/zeros_like.h>
#include <benchmark/benchmark.h>

#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "core/registered_names.h"
#include "nn/network.h"
#include "optim/optimizer.h"

namespace {

constexpr double kLearningRate = 0.01;
constexpr double kMomentum = 0.9;
constexpr double kWeightDecay = 5e-4;

/// Parameters with gradients, convolutions in channels_last, as training has them.
std::vector<at::Tensor> parameters_with_gradients() {
  const auto network = scalemark::nn::make_network("resnet18", {});
  const at::NoGradGuard no_grad;
  std::vector<at::Tensor> parameters = network->parameters();
  for (auto& parameter : parameters) {
    if (parameter.dim() == 4) parameter.set_data(parameter.contiguous(at::MemoryFormat::ChannelsLast));
    parameter.mutable_grad() = at::rand_like(parameter);
  }
  return parameters;
}

std::int64_t bytes_of(const std::vector<at::Tensor>& tensors) {
  std::int64_t bytes = 0;
  for (const auto& tensor : tensors) bytes += static_cast<std::int64_t>(tensor.nbytes());
  return bytes;
}

// Reads parameter, gradient and momentum, writes parameter and momentum.
constexpr std::int64_t kSgdPasses = 5;

void optimizer(benchmark::State& state, const std::string& name) {
  const auto parameters = parameters_with_gradients();
  const auto optimizer =
      scalemark::optim::make_optimizer({.name = name, .momentum = kMomentum, .weight_decay = kWeightDecay}, parameters);
  for (auto _ : state) optimizer->step(kLearningRate);
  if (name == "sgd") state.SetBytesProcessed(state.iterations() * kSgdPasses * bytes_of(parameters));
}

std::vector<at::Tensor> zeros_like(const std::vector<at::Tensor>& tensors) {
  std::vector<at::Tensor> zeros;
  for (const auto& tensor : tensors) zeros.push_back(at::zeros_like(tensor.detach()));
  return zeros;
}

std::vector<at::Tensor> gradients_of(const std::vector<at::Tensor>& parameters) {
  std::vector<at::Tensor> gradients;
  for (const auto& parameter : parameters) gradients.push_back(parameter.grad());
  return gradients;
}

using Tensors = std::vector<at::Tensor>;

/// One of the ways to take a step of SGD: update(parameters, gradients, momentum).
template <typename Update>
void sgd_candidate(benchmark::State& state, Update&& update) {
  const auto parameters = parameters_with_gradients();
  const auto gradients = gradients_of(parameters);
  const auto momentum = zeros_like(parameters);
  const at::NoGradGuard no_grad;
  for (auto _ : state) update(parameters, gradients, momentum);
  state.SetBytesProcessed(state.iterations() * kSgdPasses * bytes_of(parameters));
}

// What torch.optim.SGD(fused=True) does.
void sgd_fused_by_libtorch(const Tensors& parameters, const Tensors& gradients, const Tensors& momentum) {
  at::_fused_sgd_(parameters, gradients, momentum, kWeightDecay, kMomentum, kLearningRate, /*dampening=*/0.0,
                  /*nesterov=*/false, /*maximize=*/false, /*is_first_step=*/false);
}

// What torch.optim.SGD(foreach=True) does.
void sgd_by_lists(const Tensors& parameters, const Tensors& gradients, const Tensors& momentum) {
  const auto update = at::_foreach_add(gradients, parameters, kWeightDecay);
  at::_foreach_mul_(momentum, kMomentum);
  at::_foreach_add_(momentum, update);
  at::_foreach_add_(parameters, momentum, -kLearningRate);
}

// What torch.optim.SGD(foreach=False, fused=False) does.
void sgd_by_tensors(const Tensors& parameters, const Tensors& gradients, const Tensors& momentum) {
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    momentum[i].mul_(kMomentum).add_(gradients[i].add(parameters[i], kWeightDecay));
    parameters[i].add_(momentum[i], -kLearningRate);
  }
}

void copy(benchmark::State& state) {
  const std::int64_t moved = kSgdPasses * bytes_of(parameters_with_gradients());
  const at::Tensor from = at::empty({moved / 2}, at::kByte).fill_(1);
  const at::Tensor to = at::empty({moved / 2}, at::kByte).fill_(2);
  for (auto _ : state) {
    std::memcpy(to.mutable_data_ptr(), from.const_data_ptr(), to.nbytes());
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() * moved);
}

}  // namespace

int main(int argc, char** argv) {
  at::set_num_threads(1);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  for (const std::string_view registered : scalemark::kOptimizerNames) {
    const std::string name(registered);
    benchmark::RegisterBenchmark(name.c_str(), optimizer, name)->Unit(benchmark::kMillisecond);
  }
  const auto add_sgd = [](const char* how, auto update) {
    benchmark::RegisterBenchmark(how, [update](benchmark::State& state) {
      sgd_candidate(state, update);
    })->Unit(benchmark::kMillisecond);
  };
  add_sgd("sgd/fused_by_libtorch", sgd_fused_by_libtorch);
  add_sgd("sgd/by_lists", sgd_by_lists);
  add_sgd("sgd/by_tensors", sgd_by_tensors);
  benchmark::RegisterBenchmark("sgd/memcpy_of_its_bytes", copy)->Unit(benchmark::kMillisecond);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
