// What every backend promises. Expected values are computed from rank, size and index alone.

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/full.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>
#include <c10/core/Scalar.h>
#include <gtest/gtest.h>

#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "comm/backend_under_test.h"
#include "comm/communicator.h"

namespace scalemark::comm {
namespace {

constexpr at::ScalarType kReducible[] = {at::kDouble, at::kFloat, at::kHalf, at::kBFloat16, at::kLong};
constexpr std::int64_t kSizes[] = {0, 1, 1001, 65537};

class CommunicatorContract : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (why_backend_cannot_run().empty()) world_ = make_backend_under_test();
  }
  static void TearDownTestSuite() { world_.reset(); }

  void SetUp() override {
    if (!world_) GTEST_SKIP() << why_backend_cannot_run();
  }

  Communicator& world() { return *world_; }

 private:
  static inline std::unique_ptr<Communicator> world_;
};

at::TensorOptions options(at::ScalarType dtype) { return at::TensorOptions(dtype).device(device_under_test()); }

/// 1 to 5 by index, times `factor`: with up to 4 ranks every sum and mean below is exact in 8 bits of mantissa.
at::Tensor pattern(std::int64_t size, double factor, const at::TensorOptions& kind) {
  const at::Tensor period = at::arange(1, 6, at::kDouble).mul(factor).to(kind);
  return period.repeat({size / 5 + 1}).narrow(0, 0, size);
}

at::Tensor pattern_of_rank(std::int64_t size, int rank, at::ScalarType dtype) {
  return pattern(size, rank + 1, options(dtype));
}

double sum_of_ranks(int size) { return size * (size + 1) / 2.0; }

at::Tensor expected_average(std::int64_t size, int ranks, at::ScalarType dtype) {
  return pattern(size, sum_of_ranks(ranks) / ranks, options(dtype));
}

at::Tensor expected_sum(std::int64_t size, int ranks, at::ScalarType dtype) {
  return pattern(size, sum_of_ranks(ranks), options(dtype));
}

::testing::AssertionResult same_values(const at::Tensor& actual, const at::Tensor& expected) {
  if (at::equal(actual, expected)) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << "differs, dtype " << actual.dtype() << ", size " << actual.numel();
}

::testing::AssertionResult close_values(const at::Tensor& actual, const at::Tensor& expected) {
  const double unit = actual.scalar_type() == at::kBFloat16 ? 0x1p-8 : 0x1p-11;
  if (at::allclose(actual, expected, 4 * unit)) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << "is not close, dtype " << actual.dtype() << ", size " << actual.numel();
}

void expect_reductions(Communicator& group, std::int64_t size, at::ScalarType dtype) {
  at::Tensor tensor = pattern_of_rank(size, group.rank(), dtype);
  group.all_reduce(tensor)->wait();
  EXPECT_TRUE(same_values(tensor, expected_sum(size, group.size(), dtype))) << "sum";

  tensor = pattern_of_rank(size, group.rank(), dtype);
  if (dtype == at::kLong) return;
  // The mean, as the reducer forms it: a sum of what each rank has scaled by itself.
  tensor.mul_(1.0 / group.size());
  group.all_reduce(tensor)->wait();
  const at::Tensor average = expected_average(size, group.size(), dtype);
  // A third is no floating-point number: three ranks' mean is right but for rounding.
  EXPECT_TRUE(group.size() == 3 ? close_values(tensor, average) : same_values(tensor, average)) << "average";
}

/// The patterns of ranks 0 ... size - 1 in a row.
at::Tensor pieces_of_ranks(std::int64_t size, int ranks, at::ScalarType dtype) {
  std::vector<at::Tensor> pieces;
  for (int rank = 0; rank < ranks; ++rank) pieces.push_back(pattern_of_rank(size, rank, dtype));
  return at::cat(pieces);
}

/// Up to more than the largest chunk of any path, and not a multiple of the ranks.
constexpr std::int64_t kPieceSizes[] = {0, 1, 1001, 3'000'001};

TEST_F(CommunicatorContract, RanksAreNumberedFromZero) {
  EXPECT_GE(world().rank(), 0);
  EXPECT_LT(world().rank(), world().size());
}

TEST_F(CommunicatorContract, SumsAndAveragesEveryDtypeAtEverySize) {
  for (const at::ScalarType dtype : kReducible) {
    for (const std::int64_t size : kSizes) expect_reductions(world(), size, dtype);
  }
}

TEST_F(CommunicatorContract, Reduces32MebibytesOfEveryDtype) {
  for (const at::ScalarType dtype : kReducible) {
    const auto size = (std::int64_t{32} << 20) / static_cast<std::int64_t>(c10::elementSize(dtype));
    expect_reductions(world(), size, dtype);
  }
}

TEST_F(CommunicatorContract, SixteenBitFloatsKeepSpecialValues) {
  for (const at::ScalarType dtype : {at::kHalf, at::kBFloat16}) {
    const double infinity = std::numeric_limits<double>::infinity();
    at::Tensor tensor = at::full({3}, world().rank() == 0 ? infinity : 1.0, options(dtype));
    world().all_reduce(tensor)->wait();
    EXPECT_TRUE(same_values(tensor, at::full({3}, infinity, options(dtype))));
  }
}

TEST_F(CommunicatorContract, ReducesSeveralTensorsInFlight) {
  std::vector<at::Tensor> tensors;
  std::vector<std::unique_ptr<Work>> works;
  for (int i = 0; i < 12; ++i) {
    const std::int64_t size = i % 3 == 0 ? 1 << 20 : 1001;
    tensors.push_back(pattern_of_rank(size, world().rank(), kReducible[i % 5]));
    works.push_back(world().all_reduce(tensors.back()));
  }
  // The last first: waiting takes no order of its own.
  for (std::size_t i = works.size(); i-- > 0;) works[i]->wait();
  for (const at::Tensor& tensor : tensors)
    EXPECT_TRUE(same_values(tensor, expected_sum(tensor.numel(), world().size(), tensor.scalar_type())));
}

TEST_F(CommunicatorContract, ReducesInPlaceWhateverTheLayout) {
  const at::Tensor values = pattern(210, 1, options(at::kFloat)).view({2, 3, 5, 7});
  const at::Tensor tensor = values.mul(world().rank() + 1).contiguous(at::MemoryFormat::ChannelsLast);
  world().all_reduce(tensor)->wait();
  EXPECT_TRUE(tensor.is_contiguous(at::MemoryFormat::ChannelsLast));
  EXPECT_TRUE(same_values(tensor, values.mul(sum_of_ranks(world().size()))));
}

TEST_F(CommunicatorContract, RefusesATensorWithHolesInMemory) {
  const at::Tensor tensor = at::empty({4, 4}, options(at::kFloat)).narrow(1, 0, 2);
  EXPECT_THROW(world().all_reduce(tensor), c10::Error);
}

TEST_F(CommunicatorContract, ReducesOutOfPlaceAndKeepsItsInput) {
  for (const at::ScalarType dtype : kReducible) {
    for (const std::int64_t size : kPieceSizes) {
      const at::Tensor input = pattern_of_rank(size, world().rank(), dtype);
      const at::Tensor output = at::zeros_like(input);
      world().all_reduce(input, output)->wait();
      EXPECT_TRUE(same_values(output, expected_sum(size, world().size(), dtype)));
      EXPECT_TRUE(same_values(input, pattern_of_rank(size, world().rank(), dtype)));
    }
  }
}

TEST_F(CommunicatorContract, SumsHaveTheSameBitsOnEveryRank) {
  for (const at::ScalarType dtype : {at::kDouble, at::kFloat, at::kHalf, at::kBFloat16}) {
    at::manual_seed(static_cast<std::uint64_t>(17 + world().rank()));
    const at::Tensor sum = at::randn({100'003}, at::kDouble).to(options(dtype));
    world().all_reduce(sum)->wait();
    at::Tensor of_last_rank = sum.clone();
    world().broadcast(of_last_rank, world().size() - 1);
    EXPECT_TRUE(same_values(sum, of_last_rank));
  }
}

TEST_F(CommunicatorContract, GathersThePiecesOfAllRanks) {
  for (const at::ScalarType dtype : {at::kFloat, at::kByte}) {
    for (const std::int64_t size : kPieceSizes) {
      const at::Tensor expected = pieces_of_ranks(size, world().size(), dtype);
      const at::Tensor output = at::zeros_like(expected);
      world().all_gather(pattern_of_rank(size, world().rank(), dtype), output)->wait();
      EXPECT_TRUE(same_values(output, expected));

      const at::Tensor in_place = at::zeros_like(expected);
      const at::Tensor mine = in_place.narrow(0, size * world().rank(), size);
      mine.copy_(pattern_of_rank(size, world().rank(), dtype));
      world().all_gather(mine, in_place)->wait();
      EXPECT_TRUE(same_values(in_place, expected)) << "in place";
    }
  }
}

TEST_F(CommunicatorContract, ScattersSums) {
  const int ranks = world().size();
  for (const at::ScalarType dtype : kReducible) {
    for (const std::int64_t size : kPieceSizes) {
      // Rank r's summand for piece p is (r + 1) (p + 1) times the pattern.
      const at::Tensor input = pieces_of_ranks(size, ranks, dtype).mul_(world().rank() + 1);
      const at::Tensor before = input.clone();
      const at::Tensor expected = pattern(size, sum_of_ranks(ranks) * (world().rank() + 1), options(dtype));
      const at::Tensor output = at::zeros_like(expected);
      world().reduce_scatter(input, output)->wait();
      EXPECT_TRUE(same_values(output, expected));
      EXPECT_TRUE(same_values(input, before));

      const at::Tensor mine = input.narrow(0, size * world().rank(), size);
      world().reduce_scatter(input, mine)->wait();
      EXPECT_TRUE(same_values(mine, expected)) << "in place";
    }
  }
}

TEST_F(CommunicatorContract, SendsAroundTheRanks) {
  for (const std::int64_t size : kPieceSizes) {
    const at::Tensor input = pattern_of_rank(size, world().rank(), at::kFloat);
    const at::Tensor output = at::zeros_like(input);
    world().shift(input, output)->wait();
    const int previous = (world().rank() + world().size() - 1) % world().size();
    EXPECT_TRUE(same_values(output, pattern_of_rank(size, previous, at::kFloat)));
  }
}

TEST_F(CommunicatorContract, BroadcastsOutOfPlace) {
  for (int root = 0; root < world().size(); ++root) {
    const at::Tensor input = pattern_of_rank(3'000'001, world().rank(), at::kFloat);
    const at::Tensor output = at::zeros_like(input);
    world().broadcast(input, output, root)->wait();
    EXPECT_TRUE(same_values(output, pattern_of_rank(3'000'001, root, at::kFloat)));
    EXPECT_TRUE(same_values(input, pattern_of_rank(3'000'001, world().rank(), at::kFloat)));
  }
}

TEST_F(CommunicatorContract, RefusesTensorsThatDoNotFit) {
  const at::Tensor input = at::zeros({6}, options(at::kFloat));
  EXPECT_THROW(world().all_gather(input, at::zeros({6 * world().size() + 1}, options(at::kFloat))), c10::Error);
  EXPECT_THROW(world().all_reduce(input, at::zeros({6}, options(at::kDouble))), c10::Error);
}

TEST_F(CommunicatorContract, BroadcastsFromEveryRootEveryDtype) {
  for (int root = 0; root < world().size(); ++root) {
    for (const at::ScalarType dtype : {at::kDouble, at::kFloat, at::kHalf, at::kBFloat16, at::kLong, at::kByte}) {
      for (const std::int64_t size : kSizes) {
        const at::Tensor tensor = pattern_of_rank(size, world().rank(), dtype);
        world().broadcast(tensor, root);
        EXPECT_TRUE(same_values(tensor, pattern(size, root + 1, options(dtype)))) << "root " << root;
      }
    }
  }
}

TEST_F(CommunicatorContract, KeepsTheOrderOfReductionsAndBroadcasts) {
  const at::Tensor reduced = pattern_of_rank(1 << 20, world().rank(), at::kFloat);
  const at::Tensor copied = pattern_of_rank(1001, world().rank(), at::kFloat);
  const auto work = world().all_reduce(reduced);
  world().broadcast(copied, 0);
  work->wait();
  EXPECT_TRUE(same_values(reduced, expected_sum(1 << 20, world().size(), at::kFloat)));
  EXPECT_TRUE(same_values(copied, pattern(1001, 1, options(at::kFloat))));
}

TEST_F(CommunicatorContract, SplitsOffItsFirstRanks) {
  for (const int size : {1, 2, 4}) {
    if (size > world().size()) continue;
    const auto group = world().split(size);
    ASSERT_EQ(group != nullptr, world().rank() < size);
    if (!group) continue;
    EXPECT_EQ(group->rank(), world().rank());
    EXPECT_EQ(group->size(), size);
    for (const at::ScalarType dtype : kReducible) expect_reductions(*group, 1001, dtype);
  }
  expect_reductions(world(), 1001, at::kFloat);
}

}  // namespace
}  // namespace scalemark::comm
