// Batch norm with the addition and the ReLU behind it, forward and backward on the maps of ResNet-18's four stages: by
// kernels of its own and by LibTorch's operators one after the other, beside a copy of the bytes that must be moved.
//
//     taskset -c 0 build/bench/fused_norm_bench
//
// Each row is `tail/how/dtype/channels`; `moved` counts every map once per pass that cannot be without it.

#include <ATen/Parallel.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/randn.h>
#include <benchmark/benchmark.h>

#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "measure/host_allocator.h"
#include "nn/norm.h"

namespace {

using scalemark::kernels::NormTail;
using scalemark::nn::Norm;

constexpr std::int64_t kBatch = 32;
constexpr std::int64_t kFirstStagePixels = 32;  // per side
constexpr std::int64_t kFirstStageChannels = 64;

struct Setting {
  NormTail tail;
  at::ScalarType dtype;
  std::int64_t channels;
};

at::Tensor random_map(const Setting& setting) {
  const std::int64_t pixels = kFirstStagePixels * kFirstStageChannels / setting.channels;
  return at::randn({kBatch, setting.channels, pixels, pixels})
      .to(setting.dtype)
      .contiguous(at::MemoryFormat::ChannelsLast);
}

// Maps that are read or written, if nothing stays in the cache between two passes. Forward: the moments read x; then x
// and the residual are read and y is written. Backward: the sums read x, the gradient and, behind an addition, y, and
// write the masked gradient; then x and the gradient are read and that of x is written.
std::int64_t maps_moved(NormTail tail) { return tail == NormTail::kAddRelu ? 1 + 3 + 4 + 3 : 1 + 2 + 2 + 3; }

void step(benchmark::State& state, const Setting& setting, bool fused) {
  scalemark::measure::HostAllocator::install();
  Norm norm(setting.channels, {.fused = fused});
  const at::Tensor residual = random_map(setting).requires_grad_();
  const at::Tensor x = random_map(setting).requires_grad_();
  const at::Tensor gradient = random_map(setting);
  for (auto _ : state) {
    // Without a tail of its own a map is overwritten by ReLU, which a leaf must not be: one node in front.
    const at::Tensor input = x.view_as(x);
    const at::Tensor y = setting.tail == NormTail::kAddRelu ? norm.add_relu(input, residual).first : norm.relu(input);
    y.backward(gradient);
    x.mutable_grad().reset();
    residual.mutable_grad().reset();
  }
  const auto map_bytes = static_cast<std::int64_t>(x.nbytes());
  state.SetBytesProcessed(state.iterations() * maps_moved(setting.tail) * map_bytes);
}

// Half of what is moved is read and half is written.
void copy(benchmark::State& state, const Setting& setting) {
  const at::Tensor from = random_map(setting);
  const at::Tensor to = at::ones_like(from);
  const std::int64_t copies = (maps_moved(setting.tail) + 1) / 2;
  for (auto _ : state) {
    for (std::int64_t i = 0; i < copies; ++i) {
      std::memcpy(to.mutable_data_ptr(), from.const_data_ptr(), from.nbytes());
      benchmark::ClobberMemory();
    }
  }
  state.SetBytesProcessed(state.iterations() * copies * 2 * static_cast<std::int64_t>(from.nbytes()));
}

void register_all() {
  const std::map<std::string, NormTail> tails{{"relu", NormTail::kRelu}, {"add_relu", NormTail::kAddRelu}};
  const std::map<std::string, at::ScalarType> dtypes{{"fp32", at::kFloat}, {"bf16", at::kBFloat16}};
  for (const auto& [tail_name, tail] : tails) {
    for (const auto& [dtype_name, dtype] : dtypes) {
      for (std::int64_t channels = kFirstStageChannels; channels <= 512; channels *= 2) {
        const Setting setting{tail, dtype, channels};
        const std::string end = "/" + dtype_name + "/" + std::to_string(channels);
        const auto add = [&](const std::string& how, auto function) {
          benchmark::RegisterBenchmark((tail_name + "/" + how + end).c_str(), function)->Unit(benchmark::kMicrosecond);
        };
        add("fused", [setting](benchmark::State& state) { step(state, setting, true); });
        add("operators", [setting](benchmark::State& state) { step(state, setting, false); });
        add("memcpy", [setting](benchmark::State& state) { copy(state, setting); });
      }
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  at::set_num_threads(1);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  register_all();
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
