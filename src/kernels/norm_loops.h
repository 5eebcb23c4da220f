#pragma once

#include <cstdint>
#include <type_traits>

#include "kernels/norm_kernels.h"

namespace scalemark::kernels {

/// What sums over values of type Value are kept in.
template <typename Value>
using Wide = std::conditional_t<std::is_same_v<Value, double>, double, float>;

/// Values of one block of a map: `rows` x `columns`, dense. In channels_last a column is a channel, and each pointer to
/// parameters or sums has one value per column. A plane (columns = all pixels, rows = 1) is of one channel, and
/// each of them points to a single value.
struct BlockShape {
  std::int64_t rows;
  std::int64_t columns;
};

template <typename Value>
struct ForwardBlock {
  BlockShape shape;
  const Value* x;
  const Value* residual;
  const Wide<Value>* scale;
  const Wide<Value>* shift;
  Value* y;
};

template <typename Value>
struct BackwardBlock {
  BlockShape shape;
  const Value* x;
  const Value* y;         ///< kAddRelu: the output, which gives the ReLU mask
  const Value* gradient;  ///< of y
  const Wide<Value>* mean;
  const Wide<Value>* scale;  ///< as in forward; they give the ReLU mask in kRelu
  const Wide<Value>* shift;
};

/// gradient of x = of_gradient * masked gradient + of_deviation * (x - mean) + constant
template <typename Value>
struct GradientMap {
  const Wide<Value>* of_gradient;
  const Wide<Value>* of_deviation;
  const Wide<Value>* constant;
};

/// The inner loops of batch norm on a CPU, each for blocks in channels_last and for planes, in the best version that
/// this processor has. Blocks should fit the cache: moments() reads them twice.
template <typename Value>
struct NormLoops {
  using Sums = Wide<Value>;

  struct OfLayout {
    /// Mean, and sum of squared deviations from it.
    void (*moments)(const BlockShape& shape, const Value* x, Sums* mean, Sums* squares);

    void (*normalize)(const ForwardBlock<Value>& block, NormTail tail);

    /// Sums of the gradient behind ReLU, and of its products with x - mean. kAddRelu: writes that gradient too.
    void (*gradient_sums)(const BackwardBlock<Value>& block, NormTail tail, Sums* sum, Sums* product, Value* masked);

    /// @param tail  kAddRelu is none: block.gradient is masked already.
    void (*input_gradient)(const BackwardBlock<Value>& block, NormTail tail, const GradientMap<Value>& map,
                           Value* gradient);
  };
  OfLayout channels_last;
  OfLayout plane;
};

/// For float, double, c10::BFloat16 and c10::Half.
template <typename Value>
const NormLoops<Value>& norm_loops();

}  // namespace scalemark::kernels
