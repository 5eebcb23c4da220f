// What every backend promises of reductions other than the sum. Expected values are computed from rank, size and index
// alone.

#include <ATen/ops/arange.h>
#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <memory>

#include "comm/backend_under_test.h"
#include "comm/communicator.h"

namespace scalemark::comm {
namespace {

// Below and above the sizes at which a backend changes its way.
constexpr std::int64_t kElements[] = {0, 1, 1001, 65537};
constexpr at::ScalarType kDtypes[] = {at::kDouble, at::kFloat, at::kHalf, at::kBFloat16, at::kLong};

class ReductionsContract : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (why_backend_cannot_run().empty()) world_ = make_backend_under_test();
  }
  static void TearDownTestSuite() { world_.reset(); }

  void SetUp() override {
    if (!world_) GTEST_SKIP() << why_backend_cannot_run();
  }

  static at::TensorOptions options(at::ScalarType dtype) {
    return at::TensorOptions(dtype).device(device_under_test());
  }

  /// 0 to 6 by index, as float64.
  static at::Tensor index(std::int64_t elements) { return at::arange(elements, at::kDouble).remainder(7); }

  int rank() const { return world_->rank(); }
  int size() const { return world_->size(); }

  /// Elements of the all-reduce, and of this rank's piece of the reduce-scatter, that are not `expected`.
  void expect_made(Reduction reduction, const at::Tensor& own, const at::Tensor& expected) {
    for (const at::ScalarType dtype : kDtypes) {
      const at::Tensor input = own.to(options(dtype)).clone();  // reduced in place below
      const at::Tensor output = at::zeros(own.sizes(), options(dtype));
      world_->all_reduce_by(reduction, input, output)->wait();
      EXPECT_TRUE(output.equal(expected.to(options(dtype)))) << "all-reduce of " << dtype << " " << own.numel();
      const at::Tensor piece = at::zeros(own.sizes(), options(dtype));
      world_->reduce_scatter_by(reduction, input.repeat({size()}), piece)->wait();
      EXPECT_TRUE(piece.equal(expected.to(options(dtype)))) << "reduce-scatter of " << dtype << " " << own.numel();
      world_->all_reduce_by(reduction, input, input)->wait();
      EXPECT_TRUE(input.equal(output)) << "in place";
    }
  }

 private:
  static inline std::unique_ptr<Communicator> world_;
};

TEST_F(ReductionsContract, Product) {
  for (const std::int64_t elements : kElements) {
    // Each rank doubles the elements of its own index, and the first turns all signs.
    const auto own = at::full({elements}, rank() == 0 ? -1.0 : 1.0).to(at::kDouble);
    expect_made(Reduction::kProduct, own.mul(index(elements).eq(rank()).to(at::kDouble).add(1)),
                index(elements).lt(size()).to(at::kDouble).add(1).neg());
  }
}

TEST_F(ReductionsContract, MinimumAndMaximum) {
  for (const std::int64_t elements : kElements) {
    // The rank whose number is the index has the extreme; where there is none, all have 1.
    const auto own = index(elements).eq(rank()).to(at::kDouble);
    const auto any = index(elements).lt(size()).to(at::kDouble);
    expect_made(Reduction::kMaximum, own.mul(5).add(1), any.mul(5).add(1));
    expect_made(Reduction::kMinimum, own.mul(-5).add(1), any.mul(-5).add(1));
  }
}

TEST_F(ReductionsContract, Average) {
  for (const std::int64_t elements : kElements) {
    // As many times the rank's number as there are ranks, so that the average is their sum.
    expect_made(Reduction::kAverage, index(elements).mul(rank() * size()),
                index(elements).mul(size() * (size() - 1) / 2));
  }
}

}  // namespace
}  // namespace scalemark::comm
