// What torch.nn.DataParallel's steps copy, and that each is one copy for many tensors.

#include "train/data_parallel.h"

#include <ATen/record_function.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "train/cases.h"
#include "train/flat_tensors.h"
#include "train/replica.h"

namespace scalemark::train {
namespace {

using Tensors = std::vector<at::Tensor>;
const at::Device kHost(at::kCPU);
constexpr std::int64_t kPlace = 512;  // bytes

int counted = 0;

/// Counts the copies that LibTorch makes on this thread.
class CopyCount {
 public:
  CopyCount() {
    counted = 0;
    handle_ = at::addThreadLocalCallback(at::RecordFunctionCallback(&count));
  }
  ~CopyCount() { at::removeCallback(handle_); }
  int value() const { return counted; }

 private:
  static std::unique_ptr<at::ObserverContext> count(const at::RecordFunction& function) {
    if (std::string_view(function.name()) == "aten::copy_") ++counted;
    return nullptr;
  }

  at::CallbackHandle handle_;
};

/// Of three types, two layouts and sizes that end nowhere in particular.
Tensors mixed_tensors() {
  torch::manual_seed(4);
  return {torch::randn({6, 4, 3, 3}).contiguous(torch::MemoryFormat::ChannelsLast), torch::randn({7}),
          torch::full({}, 41, torch::kLong), torch::randn({5, 3}, torch::kDouble), torch::randn({130})};
}

Tensors clones_of(const Tensors& tensors) {
  Tensors clones;
  for (const auto& tensor : tensors) clones.push_back(tensor.detach().clone());
  return clones;
}

void expect_equal(const Tensors& found, const Tensors& expected) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_TRUE(torch::equal(found[i], expected[i])) << i;
    EXPECT_EQ(found[i].strides(), expected[i].strides()) << i;
  }
}

TEST(FlatTensors, TakeOverTensorsThatOthersHold) {
  Tensors tensors = mixed_tensors();
  tensors.front().requires_grad_();
  const Tensors held = tensors;
  const Tensors before = clones_of(tensors);
  const FlatTensors flat(tensors, kHost);
  flat.take_over(tensors);
  expect_equal(held, before);
  EXPECT_TRUE(held.front().requires_grad());
  for (const auto& view : flat.views()) at::Tensor(view).zero_();
  for (const auto& tensor : held) EXPECT_EQ(tensor.count_nonzero().item<std::int64_t>(), 0);
}

TEST(FlatTensors, EachBeginsWhereAnAllocationWould) {
  const FlatTensors flat(mixed_tensors(), kHost);
  for (const auto& view : flat.views()) {
    const auto offset = view.storage_offset() * static_cast<std::int64_t>(view.element_size());
    EXPECT_EQ(offset % kPlace, 0);
  }
  EXPECT_NE(flat.views()[0].data_ptr(), flat.views()[1].data_ptr());
}

TEST(FlatTensors, GoByOneCopyPerType) {
  const Tensors source = mixed_tensors();
  const FlatTensors from(source, kHost);
  from.take_over(source);
  const FlatTensors to(source, kHost);
  const CopyCount copies;
  to.copy_from(from);
  EXPECT_EQ(copies.value(), 3);
  expect_equal(to.views(), source);
}

TEST(FlatTensors, AreAddedFromAnotherDeviceByTheBucket) {
  Tensors own, others, expected;
  for (const std::int64_t elements : {100, 50, 700, 3, 3}) {
    own.push_back(torch::randn({elements}));
    others.push_back(torch::randn({elements}));
    expected.push_back(own.back() + others.back());
  }
  const CopyCount copies;
  add_from_device(own, others, /*bucket_bytes=*/600);
  // On a CPU a list is copied one by one: each tensor into its bucket, and three buckets (2, 1 and 2 of them) across.
  EXPECT_EQ(copies.value(), 5 + 3);
  expect_equal(own, expected);
}

class DataParallelTest : public ::testing::Test {
 protected:
  static config::CaseConfig config(int replicas) {
    auto config = rank_invariant_case(replicas, 4, config::Precision::kFp64);
    config.train.mode = config::Mode::kDataParallel;
    config.batch_norm = true;
    return config;
  }

  const at::Tensor images_ = torch::linspace(-1, 1, 4 * 3 * 16 * 16, torch::kDouble).view({4, 3, 16, 16}).sin();
};

TEST_F(DataParallelTest, TrainsTheNetworkThatItWasGiven) {
  const auto network = build_replica(config(2), kHost);
  const Tensors held = network->parameters();
  const Tensors before = clones_of(held);
  DataParallel replicas(config(2), network, replica_devices(kHost, 2));
  expect_equal(held, before);
  for (const auto& parameter : held) EXPECT_TRUE(parameter.is_alias_of(held.front())) << "a memory of its own";
  at::Tensor logits = replicas.forward(images_);
  logits.square().mean().backward();
  replicas.backward();
  replicas.reduce();
  for (const auto& parameter : held) EXPECT_TRUE(parameter.grad().defined());
}

// Two replicas, each of which sees the same images: their logits are the same as long as their weights are.
TEST_F(DataParallelTest, EveryForwardPassHasTheWeightsAndStatisticsOfTheFirst) {
  const auto network = build_replica(config(2), kHost);
  DataParallel replicas(config(2), network, replica_devices(kHost, 2));
  const at::Tensor half = images_.narrow(0, 0, 2);
  const at::Tensor twice = torch::cat({half, half});
  for (int step = 0; step < 2; ++step) {
    const auto parts = replicas.forward(twice).detach().chunk(2);
    EXPECT_TRUE(torch::allclose(parts[0], parts[1], 1e-12, 1e-12)) << "step " << step;
    const torch::NoGradGuard no_grad;
    for (auto& parameter : network->parameters()) parameter.mul_(1.1);
  }
}

TEST_F(DataParallelTest, GradientsAreTheSumOverReplicas) {
  const auto alone = build_replica(config(1), kHost);
  logits_of(*alone, images_.narrow(0, 0, 2), config::Precision::kFp64).square().sum().backward();
  const auto network = build_replica(config(2), kHost);
  DataParallel replicas(config(2), network, replica_devices(kHost, 2));
  const at::Tensor half = images_.narrow(0, 0, 2);
  replicas.forward(torch::cat({half, half})).square().sum().backward();
  replicas.backward();
  replicas.reduce();
  const auto expected = alone->parameters();
  const auto found = network->parameters();
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_TRUE(torch::allclose(found[i].grad(), 2 * expected[i].grad(), 1e-9, 1e-12)) << i;
  }
}

}  // namespace
}  // namespace scalemark::train
