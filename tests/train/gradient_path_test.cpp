// The ways of gradients to the optimizer: what each leaves in the parameters, against autograd's own gradients.

#include "train/gradient_path.h"

#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/types.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include "comm/backend.h"
#include "monitor/control_group.h"
#include "train/cases.h"
#include "train/local_gradients.h"
#include "train/reduced_gradients.h"

namespace scalemark::train {
namespace {

const at::Device kOfTest(at::kCPU);
constexpr std::int64_t kSmallBuckets = 64 << 10;
constexpr comm::BucketFill kFills[] = {comm::BucketFill::kEach, comm::BucketFill::kTogether, comm::BucketFill::kViews};

using Tensors = std::vector<at::Tensor>;

struct BucketLog : measure::StepObserver {
  void bucket_ready(std::size_t bucket) override { ready.push_back(bucket); }
  std::vector<std::size_t> ready;
};

class GradientPathTest : public ::testing::Test {
 protected:
  static config::CaseConfig config() { return rank_invariant_case(1, 4, config::Precision::kFp64); }

  // The same images on all ranks, whose losses differ by a factor: that of the rank, from 1.
  at::Tensor loss() { return network_.loss(batch_) * (control_.rank() + 1); }
  double mean_factor() const { return (control_.size() + 1) / 2.0; }

  Tensors expected(double factor) {
    const auto gradients = torch::autograd::grad({network_.loss(batch_)}, weights_.masters());
    Tensors scaled;
    for (const auto& gradient : gradients) scaled.push_back(gradient * factor);
    return scaled;
  }

  void expect_gradients(const Tensors& expected) const {
    for (std::size_t i = 0; i < expected.size(); ++i) {
      ASSERT_TRUE(weights_.masters()[i].grad().defined()) << "parameter " << i;
      EXPECT_TRUE(torch::allclose(weights_.masters()[i].grad(), expected[i], 1e-9, 1e-15)) << "parameter " << i;
    }
  }

  void run(GradientPath& path, Reduction reduction) {
    path.begin(reduction);
    const at::Tensor value = loss();
    path.collect([&] { network_.backward(value); }, log_);
    path.finish();
  }

  ReducedGradients reduced(comm::BucketFill fill = comm::BucketFill::kEach) {
    std::vector<std::size_t> order(weights_.masters().size());
    std::iota(order.rbegin(), order.rend(), std::size_t{0});
    return {network_.network(),
            weights_,
            hooks_,
            order,
            *communicator_,
            {.first_bucket_bytes = kSmallBuckets, .bucket_bytes = kSmallBuckets, .fill = fill}};
  }

  monitor::ControlGroup control_ = monitor::ControlGroup::world();
  std::unique_ptr<comm::Communicator> communicator_ = comm::make_communicator(kOfTest);
  TrainedNetwork network_{config(), kOfTest};
  MasterWeights weights_{network_.network(), config::Precision::kFp64};
  GradientHooks hooks_{weights_.working()};
  const data::Batch batch_{torch::linspace(-1, 1, 4 * 3 * 16 * 16, torch::kDouble).view({4, 3, 16, 16}).sin(),
                           torch::tensor({1, 2, 3, 4}, torch::kLong)};
  BucketLog log_;
};

TEST_F(GradientPathTest, LocalGradientsStayThoseOfTheRank) {
  LocalGradients path(weights_, network_);
  run(path, Reduction::kOverlapped);
  expect_gradients(expected(control_.rank() + 1));
  EXPECT_EQ(path.reducer(), nullptr);
  EXPECT_TRUE(log_.ready.empty());
}

TEST_F(GradientPathTest, LocalGradientsOfAStepAddUpAndThoseOfTheLastAreDropped) {
  LocalGradients path(weights_, network_);
  run(path, Reduction::kNone);
  path.begin(Reduction::kNone);
  network_.backward(loss());
  const at::Tensor last = loss();
  path.collect([&] { network_.backward(last); }, log_);
  path.finish();
  expect_gradients(expected(2 * (control_.rank() + 1)));
}

TEST_F(GradientPathTest, OrderedGradientsNameEachParameterOnceFromTheBackOn) {
  std::vector<std::size_t> order;
  OrderedGradients path(weights_, network_, hooks_, order);
  run(path, Reduction::kNone);
  expect_gradients(expected(control_.rank() + 1));
  auto sorted = order;
  std::ranges::sort(sorted);
  std::vector<std::size_t> all(weights_.masters().size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  EXPECT_EQ(sorted, all);
  const auto place = [&](std::size_t parameter) { return std::ranges::find(order, parameter) - order.begin(); };
  EXPECT_LT(place(all.back()), place(all.front())) << "backward comes to the classifier before the stem";
}

TEST_F(GradientPathTest, ReducedGradientsAreTheMeanOverRanks) {
  for (const comm::BucketFill fill : kFills) {
    for (const Reduction reduction : {Reduction::kOverlapped, Reduction::kAfterBackward}) {
      auto path = reduced(fill);
      for (int step = 0; step < 2; ++step) {
        run(path, reduction);
        expect_gradients(expected(mean_factor()));
      }
    }
  }
}

TEST_F(GradientPathTest, WithoutReductionNoRankHearsOfAnother) {
  for (const comm::BucketFill fill : kFills) {
    auto path = reduced(fill);
    // A rank that is not there in this step: one that is must not wait for it.
    if (control_.rank() == 0) run(path, Reduction::kNone);
    if (control_.rank() == 0) expect_gradients(expected(1.0 / control_.size()));
    run(path, Reduction::kOverlapped);
    expect_gradients(expected(mean_factor()));
  }
}

TEST_F(GradientPathTest, ReducedGradientsTellWhenEachBucketIsReady) {
  auto path = reduced();
  run(path, Reduction::kAfterBackward);
  auto ready = log_.ready;
  std::ranges::sort(ready);
  std::vector<std::size_t> all(path.reducer()->bucket_count());
  std::iota(all.begin(), all.end(), std::size_t{0});
  EXPECT_GT(all.size(), 1U);
  EXPECT_EQ(ready, all);
}

TEST_F(GradientPathTest, ARankThatCannotComputeTakesPart) {
  const bool fails = control_.rank() == control_.size() - 1 && control_.size() > 1;
  for (const comm::BucketFill fill : kFills) {
    auto path = reduced(fill);
    if (fails) {
      path.begin(Reduction::kOverlapped);
      path.take_part();
    } else {
      run(path, Reduction::kOverlapped);
    }
    // All ranks have come through the same collectives: the next step is as ever.
    run(path, Reduction::kOverlapped);
    expect_gradients(expected(mean_factor()));
  }
}

}  // namespace
}  // namespace scalemark::train
