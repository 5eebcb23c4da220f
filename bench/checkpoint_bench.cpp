// What checkpointing costs in time and gains in memory: a training step of ResNet-18 without the optimizer, beside the
// rate at which this core multiplies matrices.
//
//     taskset -c 0 build/bench/checkpoint_bench
//
// Computing every activation twice makes 4 passes of 3: a ratio of 1.33 is the limit that checkpointing can reach.

#include <ATen/Parallel.h>
#include <ATen/ops/mm_ops.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/randint.h>
#include <ATen/ops/randn.h>
#include <benchmark/benchmark.h>
#include <torch/nn/functional/loss.h>

#include <string>

#include "measure/host_allocator.h"
#include "nn/network.h"

namespace {

using scalemark::measure::HostAllocator;

constexpr std::int64_t kBatch = 8;
constexpr int kClasses = 10;

// Multiply-adds of ResNet-18's convolutions per image, twice: forward. Backward computes two products of that size.
constexpr double kForwardOperations32 = 2 * 0.5554e9;
constexpr double kForwardOperations224 = 2 * 1.814e9;

void step(benchmark::State& state, int image_size, bool checkpointing) {
  auto& memory = HostAllocator::install().count();
  const auto network = scalemark::nn::make_network(
      "resnet18", {.image_size = image_size, .classes = kClasses, .checkpointing = checkpointing});
  for (auto& parameter : network->parameters()) {
    if (parameter.dim() == 4) parameter.set_data(parameter.contiguous(at::MemoryFormat::ChannelsLast));
  }
  const at::Tensor images = at::randn({kBatch, 3, image_size, image_size}).contiguous(at::MemoryFormat::ChannelsLast);
  const at::Tensor labels = at::randint(kClasses, {kBatch}, at::kLong);
  const std::int64_t before = memory.current();
  memory.reset_peak();
  for (auto _ : state) {
    torch::nn::functional::cross_entropy(network->forward(images), labels).backward();
    network->zero_grad();
  }
  constexpr double kMebibyte = 1 << 20;
  const double operations = image_size == 32 ? kForwardOperations32 : kForwardOperations224;
  state.counters["peak_MiB"] = static_cast<double>(memory.peak() - before) / kMebibyte;
  // Of useful work: what is computed again does not count.
  state.counters["FLOP/s"] = benchmark::Counter(3 * operations * static_cast<double>(kBatch * state.iterations()),
                                                benchmark::Counter::kIsRate);
}

void matrix_product(benchmark::State& state, at::ScalarType dtype) {
  constexpr std::int64_t kSize = 1024;
  const at::Tensor left = at::rand({kSize, kSize}).to(dtype);
  const at::Tensor right = at::rand({kSize, kSize}).to(dtype);
  at::Tensor product = at::rand({kSize, kSize}).to(dtype);
  for (auto _ : state) at::_ops::mm_out::call(left, right, product);
  state.counters["FLOP/s"] = benchmark::Counter(2.0 * kSize * kSize * kSize * static_cast<double>(state.iterations()),
                                                benchmark::Counter::kIsRate);
}

}  // namespace

int main(int argc, char** argv) {
  at::set_num_threads(1);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  for (const int image_size : {32, 224}) {
    for (const bool checkpointing : {false, true}) {
      const std::string name = "step/" + std::to_string(image_size) + (checkpointing ? "/checkpointed" : "/stored");
      benchmark::RegisterBenchmark(name.c_str(), step, image_size, checkpointing)->Unit(benchmark::kMillisecond);
    }
  }
  benchmark::RegisterBenchmark("matrix_product/fp32", matrix_product, at::kFloat)->Unit(benchmark::kMillisecond);
  benchmark::RegisterBenchmark("matrix_product/bf16", matrix_product, at::kBFloat16)->Unit(benchmark::kMillisecond);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
