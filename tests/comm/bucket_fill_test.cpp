// However gradients come into the buckets, the same bits leave them.

#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/types.h>

#include <memory>
#include <optional>
#include <vector>

#include "comm/backend.h"
#include "comm/gradient_reducer.h"
#include "comm/small_network.h"
#include "core/error.h"

namespace scalemark::comm {
namespace {

using Schedule = GradientReducer::Schedule;
using Tensors = std::vector<torch::Tensor>;

constexpr BucketFill kFills[] = {BucketFill::kEach, BucketFill::kTogether, BucketFill::kViews};

/// The small network's parameters in two of them, one of which has two.
BucketLayout two_buckets(BucketFill fill, std::optional<at::ScalarType> wire_type) {
  return {2048, 2048, wire_type, fill};
}

void expect_same_bits(const Tensors& found, const Tensors& expected) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i)
    EXPECT_TRUE(torch::equal(found[i], expected[i])) << "gradient " << i;
}

/// Backward of data that nobody waits for: its gradients add up where they are, as those of a micro-batch do.
void accumulate(const SmallNetwork& network, int data) {
  const auto parameters = network.parameters();
  Tensors leaves;
  for (const auto& parameter : parameters) leaves.push_back(parameter.tensor);
  const auto gradients = torch::autograd::grad({network.loss(data)}, leaves);
  const torch::NoGradGuard no_grad;
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    auto& gradient = leaves[i].mutable_grad();
    if (gradient.defined()) {
      gradient += gradients[i];
    } else {
      gradient = gradients[i].clone();
    }
  }
}

/// All ranks, and three of them: a third is no power of two, so that the order of roundings shows.
class BucketFillTest : public ::testing::Test {
 protected:
  template <typename Test>
  void on_each_group(const Test& test) {
    test(*world_);
    if (world_->size() < 3) return;
    const auto three = world_->split(3);
    if (three != nullptr) test(*three);
  }

  std::unique_ptr<Communicator> world_ = make_communicator(at::kCPU);
};

struct Training {
  torch::Dtype dtype = torch::kFloat;
  torch::MemoryFormat format = torch::MemoryFormat::Contiguous;
  std::optional<at::ScalarType> wire_type = std::nullopt;
  int micro_batches = 1;
  Schedule schedule = Schedule::kOverlapped;
};

Tensors gradients_by(BucketFill fill, const Training& training, Communicator& ranks) {
  const SmallNetwork network(training.format, training.dtype);
  GradientReducer reducer(network.parameters(), {2, 1, 0}, ranks, two_buckets(fill, training.wire_type));
  attach(network, reducer);
  for (int step = 0; step < 2; ++step) {  // the second must not see the first one's gradients
    reducer.begin(training.schedule);
    for (int part = 1; part < training.micro_batches; ++part) accumulate(network, 100 * part + ranks.rank());
    network.loss(ranks.rank()).backward();
    reducer.finalize();
  }
  EXPECT_EQ(network.kernel.grad().strides(), network.kernel.strides());
  return gradients_of(network.parameters());
}

TEST_F(BucketFillTest, EveryWayGivesTheSameBits) {
  const auto planes = torch::MemoryFormat::Contiguous;
  const auto channels_last = torch::MemoryFormat::ChannelsLast;
  for (const Training& training :
       {Training{}, Training{.dtype = torch::kDouble}, Training{.format = channels_last},
        Training{.schedule = Schedule::kAfterBackward}, Training{.micro_batches = 3}, Training{.wire_type = at::kHalf},
        Training{.wire_type = at::kBFloat16}, Training{.dtype = torch::kDouble, .wire_type = at::kHalf},
        Training{.format = channels_last, .wire_type = at::kBFloat16, .micro_batches = 2},
        Training{.dtype = torch::kBFloat16, .format = planes, .wire_type = at::kHalf}}) {
    on_each_group([&](Communicator& ranks) {
      const Tensors expected = gradients_by(BucketFill::kEach, training, ranks);
      for (const BucketFill fill : kFills) {
        SCOPED_TRACE(static_cast<int>(fill));
        expect_same_bits(gradients_by(fill, training, ranks), expected);
      }
    });
  }
}

/// A parameter whose gradient comes in 16 bits, and one that is its own working copy.
struct MixedParameters {
  explicit MixedParameters(at::ScalarType in_fewer_bits) {
    torch::manual_seed(11);
    const torch::Tensor master = torch::randn({6, 4, 3, 3}).contiguous(torch::MemoryFormat::ChannelsLast);
    cast = {"cast", master.clone().requires_grad_(), master.to(in_fewer_bits).requires_grad_()};
    plain = {"plain", torch::randn({7}).requires_grad_()};
  }

  /// As backward does it: into what is there, else fresh.
  static void hand_over(torch::Tensor parameter, const torch::Tensor& gradient) {
    auto& there = parameter.mutable_grad();
    if (there.defined()) {
      there += gradient;
    } else {
      there = gradient.clone();
    }
  }

  NamedParameter cast, plain;
};

Tensors mixed_gradients_by(BucketFill fill, at::ScalarType in_fewer_bits, std::optional<at::ScalarType> wire_type,
                           Communicator& ranks) {
  const MixedParameters parameters(in_fewer_bits);
  GradientReducer reducer({parameters.cast, parameters.plain}, {1, 0}, ranks, two_buckets(fill, wire_type));
  const torch::NoGradGuard no_grad;
  for (int step = 0; step < 2; ++step) {
    torch::manual_seed(100 * step + ranks.rank());
    reducer.begin(Schedule::kOverlapped);
    MixedParameters::hand_over(parameters.plain.tensor, torch::randn({7}));
    reducer.add(1);
    MixedParameters::hand_over(
        parameters.cast.working,
        torch::randn({6, 4, 3, 3}).to(in_fewer_bits).contiguous(torch::MemoryFormat::ChannelsLast));
    reducer.add(0);
    reducer.finalize();
  }
  if (ranks.size() > 1) {
    EXPECT_FALSE(parameters.cast.working.grad().defined()) << "its memory is free for what comes next";
  }
  const auto& of_cast = ranks.size() > 1 ? parameters.cast.tensor : parameters.cast.working;
  return {of_cast.grad().clone(), parameters.plain.tensor.grad().clone()};
}

TEST_F(BucketFillTest, OfWorkingCopiesToo) {
  for (const auto in_fewer_bits : {at::kBFloat16, at::kHalf}) {
    for (const std::optional<at::ScalarType> wire_type :
         {std::optional<at::ScalarType>(), std::optional(at::kBFloat16), std::optional(at::kHalf)}) {
      on_each_group([&](Communicator& ranks) {
        const Tensors expected = mixed_gradients_by(BucketFill::kEach, in_fewer_bits, wire_type, ranks);
        for (const BucketFill fill : kFills) {
          SCOPED_TRACE(static_cast<int>(fill));
          expect_same_bits(mixed_gradients_by(fill, in_fewer_bits, wire_type, ranks), expected);
        }
      });
    }
  }
}

// Out of memory in the middle of backward: the others' sum is of no use, and the next step is as ever.
TEST_F(BucketFillTest, ARankThatCannotGoOnTakesPart) {
  for (const BucketFill fill : kFills) {
    const SmallNetwork network;
    GradientReducer reducer(network.parameters(), {2, 1, 0}, *world_, two_buckets(fill, std::nullopt));
    attach(network, reducer);
    reducer.begin(Schedule::kOverlapped);
    if (world_->rank() == 0) {
      accumulate(network, 0);
      reducer.add(2);
      reducer.take_part();
    } else {
      network.loss(world_->rank()).backward();
      reducer.finalize();
    }
    reducer.begin(Schedule::kOverlapped);
    network.loss(world_->rank()).backward();
    reducer.finalize();
    expect_same_bits(gradients_of(network.parameters()),
                     gradients_by(BucketFill::kEach, {.dtype = torch::kDouble}, *world_));
  }
}

TEST_F(BucketFillTest, AGradientThatBackwardDidNotMakeIsMissingThoughItsPlaceIsThere) {
  for (const BucketFill fill : kFills) {
    const SmallNetwork network;
    auto parameters = network.parameters();
    parameters.push_back({"head.unused", torch::zeros({3}, torch::requires_grad().dtype(torch::kDouble))});
    GradientReducer reducer(parameters, {3, 2, 1, 0}, *world_, two_buckets(fill, std::nullopt));
    attach(network, reducer);
    reducer.begin(Schedule::kOverlapped);
    network.loss(world_->rank()).backward();
    EXPECT_THROW(reducer.finalize(), InputError);
    reducer.take_part();  // what started has to end
  }
}

TEST_F(BucketFillTest, BackwardAddsUpInTheViewsThemselves) {
  if (world_->size() == 1) GTEST_SKIP() << "a single rank keeps the gradients as backward made them";
  const SmallNetwork network;
  GradientReducer reducer(network.parameters(), {2, 1, 0}, *world_, two_buckets(BucketFill::kViews, std::nullopt));
  reducer.begin(Schedule::kAfterBackward);
  const torch::Tensor place = network.kernel.grad();
  EXPECT_EQ(place.count_nonzero().item<std::int64_t>(), 0);
  network.loss(world_->rank()).backward();
  EXPECT_TRUE(network.kernel.grad().is_same(place));
  EXPECT_GT(place.count_nonzero().item<std::int64_t>(), 0);
}

}  // namespace
}  // namespace scalemark::comm
