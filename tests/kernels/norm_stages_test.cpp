// The GPU's kernels of batch norm, block by block and thread by thread on the host, against LibTorch's operators in
// fp64.

#include "kernels/norm_stages.h"

#include <ATen/Context.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "kernels/emulated_norm_launcher.h"
#include "kernels/norm_kernels_by_stages.h"

namespace scalemark::nn {
namespace {

constexpr double kEpsilon = 1e-5;
constexpr double kMomentum = 0.1;

struct NormData {
  torch::Tensor x, residual, weight, bias, gradient;
  torch::Tensor other;  ///< gradient of y's second reader
};

struct NormOutcome {
  torch::Tensor y;
  kernels::NormGradients gradients;
  kernels::RunningStatistics running;
};

constexpr auto kChannelsLast = torch::MemoryFormat::ChannelsLast;
constexpr auto kPlanes = torch::MemoryFormat::Contiguous;

NormData random_data(const std::vector<std::int64_t>& shape, torch::Dtype dtype, double offset,
                     torch::MemoryFormat layout = kChannelsLast) {
  torch::manual_seed(5);
  const auto map = [&](double mean) {
    return torch::randn(shape, torch::kDouble).mul_(2).add_(mean).to(dtype).contiguous(layout);
  };
  return {map(offset), map(0), torch::rand({shape[1]}).sub_(0.5), torch::rand({shape[1]}).sub_(0.5), map(0), {}};
}

kernels::RunningStatistics running_before(const torch::Tensor& weight) {
  return {torch::full_like(weight, 0.25), torch::full_like(weight, 0.75),
          torch::full({}, 7, weight.options().dtype(torch::kLong)), kMomentum};
}

NormOutcome by_kernels(const kernels::NormKernels& kernels, const NormData& data, kernels::NormTail tail) {
  const kernels::NormInput input{data.x, tail == kernels::NormTail::kAddRelu ? data.residual : torch::Tensor(),
                                 data.weight, data.bias, tail};
  NormOutcome outcome;
  outcome.running = running_before(data.weight);
  EXPECT_TRUE(kernels.cover(input));
  const kernels::NormResult result = kernels.train(input, kEpsilon, outcome.running);
  outcome.y = result.y;
  outcome.gradients =
      kernels.backward({data.x, result.y, data.weight, data.bias, result.moments, tail}, data.gradient, data.other);
  return outcome;
}

NormOutcome by_operators_in_fp64(const NormData& data, kernels::NormTail tail) {
  const auto leaf = [](const torch::Tensor& tensor) { return tensor.to(torch::kDouble).detach().requires_grad_(); };
  const torch::Tensor x = leaf(data.x), residual = leaf(data.residual), weight = leaf(data.weight),
                      bias = leaf(data.bias);
  NormOutcome outcome;
  outcome.running = running_before(weight.detach());
  outcome.running.batches += 1;
  torch::Tensor y = torch::batch_norm(x, weight, bias, outcome.running.mean, outcome.running.variance,
                                      /*training=*/true, kMomentum, kEpsilon, /*cudnn_enabled=*/false);
  if (tail == kernels::NormTail::kAddRelu) y = y + residual;
  if (tail != kernels::NormTail::kNothing) y = y.relu();
  const torch::Tensor gradient = data.gradient.to(torch::kDouble);
  y.backward(data.other.defined() ? gradient + data.other.to(torch::kDouble) : gradient);
  outcome.y = y.detach();
  outcome.gradients = {x.grad(), residual.grad(), weight.grad(), bias.grad()};
  return outcome;
}

double relative_error(const torch::Tensor& found, const torch::Tensor& expected) {
  const torch::Tensor wide = expected.to(torch::kDouble);
  return ((found.to(torch::kDouble) - wide).norm() / wide.norm().clamp_min(1e-30)).item<double>();
}

void expect_near(const NormOutcome& found, const NormOutcome& expected, kernels::NormTail tail, double tolerance) {
  EXPECT_LT(relative_error(found.y, expected.y), tolerance);
  EXPECT_LT(relative_error(found.gradients.x, expected.gradients.x), tolerance);
  EXPECT_LT(relative_error(found.gradients.weight, expected.gradients.weight), tolerance);
  EXPECT_LT(relative_error(found.gradients.bias, expected.gradients.bias), tolerance);
  EXPECT_LT(relative_error(found.running.mean, expected.running.mean), 1e-5);
  EXPECT_LT(relative_error(found.running.variance, expected.running.variance), 1e-5);
  EXPECT_TRUE(torch::equal(found.running.batches, expected.running.batches));
  ASSERT_EQ(found.gradients.residual.defined(), tail == kernels::NormTail::kAddRelu);
  if (tail == kernels::NormTail::kAddRelu) {
    EXPECT_LT(relative_error(found.gradients.residual, expected.gradients.residual), tolerance);
  }
}

struct StageCase {
  const char* name;
  std::vector<std::int64_t> shape;
  torch::MemoryFormat layout = kChannelsLast;

  /// With how far each may be from fp64. Planes are for fp32 alone.
  std::vector<std::pair<torch::Dtype, double>> dtypes() const {
    if (layout == kPlanes) return {{torch::kFloat, 1e-5}};
    return {{torch::kFloat, 1e-5}, {torch::kBFloat16, 6e-3}, {torch::kHalf, 1e-3}};
  }
};

class NormStages : public testing::TestWithParam<std::tuple<StageCase, kernels::NormTail>> {
 protected:
  const EmulatedNormLauncher launcher_{ThreadOrder::kForward};
  const kernels::NormKernelsByStages kernels_{launcher_};
};

// Where y rounds to 0 in 16 bits, its mask differs from that of fp64: of few values, and of such as are small.
TEST_P(NormStages, AgreeWithOperatorsInFp64) {
  const auto& [test, tail] = GetParam();
  for (const auto& [dtype, tolerance] : test.dtypes()) {
    const NormData data = random_data(test.shape, dtype, 0.5, test.layout);
    SCOPED_TRACE(c10::toString(dtype));
    const NormOutcome found = by_kernels(kernels_, data, tail);
    expect_near(found, by_operators_in_fp64(data, tail), tail, tolerance);
    EXPECT_EQ(found.y.strides(), data.x.strides());
    EXPECT_EQ(found.gradients.x.strides(), data.x.strides());
  }
}

TEST_P(NormStages, AddTheGradientOfASecondReader) {
  const auto& [test, tail] = GetParam();
  if (tail != kernels::NormTail::kAddRelu) GTEST_SKIP() << "only a block's output has two readers";
  for (const auto& [dtype, tolerance] : test.dtypes()) {
    NormData data = random_data(test.shape, dtype, 0.5, test.layout);
    data.other = random_data(test.shape, dtype, 1, test.layout).residual.mul(3);
    SCOPED_TRACE(c10::toString(dtype));
    expect_near(by_kernels(kernels_, data, tail), by_operators_in_fp64(data, tail), tail, tolerance);
  }
}

TEST_P(NormStages, DoNotDependOnTheOrderOfThreads) {
  const auto& [test, tail] = GetParam();
  const EmulatedNormLauncher backward(ThreadOrder::kBackward);
  const NormData data = random_data(test.shape, test.dtypes().back().first, 0.5, test.layout);
  const NormOutcome one = by_kernels(kernels_, data, tail);
  const NormOutcome other = by_kernels(kernels::NormKernelsByStages(backward), data, tail);
  EXPECT_TRUE(torch::equal(one.y, other.y));
  EXPECT_TRUE(torch::equal(one.gradients.x, other.gradients.x));
  EXPECT_TRUE(torch::equal(one.gradients.weight, other.gradients.weight));
  EXPECT_TRUE(torch::equal(one.gradients.bias, other.gradients.bias));
}

std::string case_name(const testing::TestParamInfo<NormStages::ParamType>& info) {
  const auto& [test, tail] = info.param;
  const std::vector<std::string> tails{"alone", "relu", "add_relu"};
  return test.name + ("_" + tails[static_cast<std::size_t>(tail)]);
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, NormStages,
    testing::Combine(
        testing::Values(StageCase{"usual", {4, 16, 8, 8}}, StageCase{"odd_image", {3, 24, 5, 7}},
                        StageCase{"one_image", {1, 8, 4, 4}}, StageCase{"one_pixel", {7, 40, 1, 1}},
                        StageCase{"wide", {2, 2048, 3, 3}}, StageCase{"columns_left_over", {2, 520, 3, 5}},
                        StageCase{"many_blocks", {8, 8, 64, 65}}, StageCase{"planes", {4, 16, 8, 8}, kPlanes},
                        StageCase{"planes_of_one_vector", {9, 3, 2, 2}, kPlanes},
                        StageCase{"planes_of_odd_rows", {3, 5, 7, 12}, kPlanes},
                        StageCase{"planes_of_one_image", {1, 33, 4, 4}, kPlanes},
                        StageCase{"planes_in_many_blocks", {8, 3, 64, 68}, kPlanes}),
        testing::Values(kernels::NormTail::kNothing, kernels::NormTail::kRelu, kernels::NormTail::kAddRelu)),
    case_name);

// Where sums of squares in float would have no digit left.
TEST(NormStagesAccuracy, VarianceOfValuesFarFromZero) {
  const EmulatedNormLauncher launcher(ThreadOrder::kForward);
  for (const auto layout : {kChannelsLast, kPlanes}) {
    const NormData data = random_data({8, 8, 32, 36}, torch::kFloat, 3000, layout);
    const NormOutcome found = by_kernels(kernels::NormKernelsByStages(launcher), data, kernels::NormTail::kRelu);
    const NormOutcome expected = by_operators_in_fp64(data, kernels::NormTail::kRelu);
    EXPECT_LT(relative_error(found.running.variance, expected.running.variance), 1e-5) << layout;
  }
}

TEST(NormGrid, CoversEveryRowAndColumnOnce) {
  for (const std::int64_t rows : {1, 2, 255, 512, 1000, 32768, 8192 * 1024}) {
    for (const int channels : {8, 24, 64, 520, 2048}) {
      for (const kernels::NormCut& cut : {kernels::kSumCut, kernels::kMapCut}) {
        const kernels::NormGrid grid = kernels::make_norm_grid(rows, channels, 8, cut);
        EXPECT_EQ(grid.threads_x * grid.threads_y, kernels::kNormThreads);
        EXPECT_GE(grid.column_groups * grid.threads_x, grid.columns);
        EXPECT_LT((grid.column_groups - 1) * grid.threads_x, grid.columns);
        EXPECT_GE(grid.row_blocks * grid.rows_per_block, rows);
        EXPECT_LT((grid.row_blocks - 1) * grid.rows_per_block, rows);
        EXPECT_LE(grid.row_blocks * grid.column_groups, cut.most_blocks);
        EXPECT_LE(kernels::shape_of(kernels::NormStage::kMoments, grid).shared_bytes, 48 * 1024)
            << "what a block has without asking";
      }
    }
  }
}

TEST(NormGrid, OfPlanesCoversEveryRowOfAChannelOnce) {
  for (const std::int64_t images : {1, 3, 32, 8192}) {
    for (const std::int64_t pixels : {4, 16, 1024, 12544}) {
      for (const int channels : {3, 64, 2048}) {
        const kernels::NormGrid grid = kernels::make_plane_grid(images, channels, pixels, 4, kernels::kSumCut);
        EXPECT_EQ(grid.threads_x * grid.threads_y, kernels::kNormThreads);
        EXPECT_EQ(grid.rows * grid.row_values, images * pixels);
        EXPECT_EQ(grid.column_groups, channels);
        EXPECT_GE(grid.row_blocks * grid.rows_per_block, grid.rows);
        EXPECT_LT((grid.row_blocks - 1) * grid.rows_per_block, grid.rows);
        EXPECT_LE(kernels::shape_of(kernels::NormStage::kMoments, grid).shared_bytes, 48 * 1024);
      }
    }
  }
}

TEST(NormKernelsByStages, LeaveToOthersWhatDoesNotFillVectors) {
  const EmulatedNormLauncher launcher(ThreadOrder::kForward);
  const kernels::NormKernelsByStages kernels(launcher);
  const auto input = [](std::int64_t channels, torch::Dtype dtype) {
    return kernels::NormInput{torch::zeros({2, channels, 3, 3}, dtype).contiguous(torch::MemoryFormat::ChannelsLast),
                              {},
                              torch::ones({channels}),
                              torch::zeros({channels})};
  };
  EXPECT_TRUE(kernels.cover(input(8, torch::kBFloat16)));
  EXPECT_FALSE(kernels.cover(input(12, torch::kBFloat16)));
  EXPECT_TRUE(kernels.cover(input(12, torch::kFloat)));
  EXPECT_FALSE(kernels.cover(input(8, torch::kDouble)));
  auto between_vectors = input(8, torch::kFloat);
  between_vectors.weight = torch::ones({9}).narrow(0, 1, 8);
  EXPECT_FALSE(kernels.cover(between_vectors));
}

TEST(NormKernelsByStages, TakePlanesOfFp32WhosePixelsFillVectors) {
  const EmulatedNormLauncher launcher(ThreadOrder::kForward);
  const kernels::NormKernelsByStages kernels(launcher);
  const auto planes = [](torch::Dtype dtype, std::int64_t width) {
    return kernels::NormInput{torch::zeros({2, 8, 3, width}, dtype), {}, torch::ones({8}), torch::zeros({8})};
  };
  EXPECT_TRUE(kernels.cover(planes(torch::kFloat, 4)));
  EXPECT_FALSE(kernels.cover(planes(torch::kFloat, 3)));
  EXPECT_FALSE(kernels.cover(planes(torch::kBFloat16, 8)));
  EXPECT_FALSE(kernels.cover_pool(planes(torch::kFloat, 4))) << "pooling is for channels_last maps";
}

// The one thing that needs a GPU: that its compiler, its barriers and its memory give the same.
TEST(NormKernelsOnGpu, AgreeWithTheHost) {
  if (!at::hasCUDA() || kernels::cuda_norm_kernels() == nullptr) GTEST_SKIP() << "no CUDA device here";
  const EmulatedNormLauncher launcher(ThreadOrder::kForward);
  const kernels::NormKernelsByStages on_host(launcher);
  const auto to_gpu = [](const NormData& data) {
    const auto other = data.other.defined() ? data.other.cuda() : torch::Tensor();
    return NormData{data.x.cuda(),    data.residual.cuda(), data.weight.cuda(),
                    data.bias.cuda(), data.gradient.cuda(), other};
  };
  for (const auto tail : {kernels::NormTail::kNothing, kernels::NormTail::kRelu, kernels::NormTail::kAddRelu}) {
    for (const auto dtype : {torch::kFloat, torch::kBFloat16, torch::kHalf}) {
      for (const StageCase& test :
           {StageCase{"usual", {8, 64, 32, 32}}, StageCase{"odd", {3, 520, 5, 7}},
            StageCase{"planes", {8, 64, 32, 32}, kPlanes}, StageCase{"odd planes", {3, 5, 7, 12}, kPlanes}}) {
        if (test.layout == kPlanes && dtype != torch::kFloat) continue;
        SCOPED_TRACE(test.name);
        NormData data = random_data(test.shape, dtype, 0.5, test.layout);
        if (tail == kernels::NormTail::kAddRelu) data.other = data.gradient.flip(0);
        const NormOutcome found = by_kernels(*kernels::cuda_norm_kernels(), to_gpu(data), tail);
        const NormOutcome again = by_kernels(*kernels::cuda_norm_kernels(), to_gpu(data), tail);
        EXPECT_TRUE(torch::equal(found.gradients.x, again.gradients.x)) << "the same bits every time";
        NormOutcome here = found;
        here.y = found.y.cpu();
        here.gradients = {
            found.gradients.x.cpu(),
            found.gradients.residual.defined() ? found.gradients.residual.cpu() : found.gradients.residual,
            found.gradients.weight.cpu(), found.gradients.bias.cpu()};
        here.running = {found.running.mean.cpu(), found.running.variance.cpu(), found.running.batches.cpu()};
        expect_near(here, by_kernels(on_host, data, tail), tail, dtype == torch::kFloat ? 1e-5 : 4e-3);
      }
    }
  }
}

}  // namespace
}  // namespace scalemark::nn
