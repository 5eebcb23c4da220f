#include "kernels/norm_loops.h"

#include <algorithm>

#include "core/vector_unit.h"
#include "kernels/norm_values.h"

namespace scalemark::kernels {
namespace {

// The parameter of a column: one each, or one for the plane.
template <bool kPlane, typename Sums>
SCALEMARK_INLINE Sums of_column(const Sums* values, std::int64_t column) {
  return kPlane ? *values : values[column];
}

// Rows whose values are added before they go to a column's sum, which then is loaded and stored once for all of them.
constexpr int kRowsAtOnce = 4;
// What a plane is cut into: sums by column, many enough for several registers.
constexpr std::int64_t kPlaneColumns = 64;

/// Calls loop(row, rows at once) for all rows, in constants so that the compiler unrolls.
template <typename Loop>
SCALEMARK_INLINE void by_rows(std::int64_t rows, Loop&& loop) {
  std::int64_t row = 0;
  for (; row + kRowsAtOnce <= rows; row += kRowsAtOnce) loop(row, std::integral_constant<int, kRowsAtOnce>());
  for (; row < rows; ++row) loop(row, std::integral_constant<int, 1>());
}

template <typename Value, typename Sums = Wide<Value>>
SCALEMARK_INLINE void add_values(const BlockShape& shape, const Value* x, Sums* __restrict sums) {
  by_rows(
      shape.rows, [&](std::int64_t row, auto at_once) __attribute__((always_inline)) {
        const Value* __restrict from = x + row * shape.columns;
        for (std::int64_t column = 0; column < shape.columns; ++column) {
          Sums sum = 0;
          for (int r = 0; r < at_once; ++r) sum += load(from[r * shape.columns + column]);
          sums[column] += sum;
        }
      });
}

template <bool kPlane, typename Value, typename Sums = Wide<Value>>
SCALEMARK_INLINE void add_squares(const BlockShape& shape, const Value* x, const Sums* __restrict mean,
                                  Sums* __restrict sums) {
  by_rows(
      shape.rows, [&](std::int64_t row, auto at_once) __attribute__((always_inline)) {
        const Value* __restrict from = x + row * shape.columns;
        for (std::int64_t column = 0; column < shape.columns; ++column) {
          const Sums center = of_column<kPlane>(mean, column);
          Sums sum = 0;
          for (int r = 0; r < at_once; ++r) {
            const Sums deviation = load(from[r * shape.columns + column]) - center;
            sum += deviation * deviation;
          }
          sums[column] += sum;
        }
      });
}

template <bool kPlane, NormTail kTail, typename Value>
SCALEMARK_INLINE void normalize_rows(const ForwardBlock<Value>& block) {
  const std::int64_t columns = block.shape.columns;
  for (std::int64_t row = 0; row < block.shape.rows; ++row) {
    const Value* __restrict x = block.x + row * columns;
    const Value* __restrict residual = kTail == NormTail::kAddRelu ? block.residual + row * columns : nullptr;
    const Wide<Value>* __restrict scale = block.scale;
    const Wide<Value>* __restrict shift = block.shift;
    Value* __restrict y = block.y + row * columns;
    for (std::int64_t column = 0; column < columns; ++column) {
      Wide<Value> value = load(x[column]) * of_column<kPlane>(scale, column) + of_column<kPlane>(shift, column);
      if constexpr (kTail == NormTail::kAddRelu) value += load(residual[column]);
      store(kTail == NormTail::kNothing ? value : relu(value), y[column]);
    }
  }
}

// The gradient behind ReLU. The ReLU mask is recomputed as in the forward pass, or read from its result.
template <bool kPlane, NormTail kTail, typename Value>
SCALEMARK_INLINE Wide<Value> masked_gradient(const BackwardBlock<Value>& block, std::int64_t offset,
                                             std::int64_t column) {
  const Wide<Value> gradient = load(block.gradient[offset]);
  if constexpr (kTail == NormTail::kNothing) return gradient;
  Wide<Value> y;
  if constexpr (kTail == NormTail::kAddRelu) {
    y = load(block.y[offset]);
  } else {
    y = load(block.x[offset]) * of_column<kPlane>(block.scale, column) + of_column<kPlane>(block.shift, column);
  }
  return y <= 0 ? Wide<Value>{0} : gradient;
}

template <bool kPlane, NormTail kTail, typename Value, typename Sums = Wide<Value>>
SCALEMARK_INLINE void add_gradients(const BackwardBlock<Value>& block, Sums* __restrict sums, Sums* __restrict products,
                                    Value* __restrict masked) {
  const std::int64_t columns = block.shape.columns;
  by_rows(
      block.shape.rows, [&](std::int64_t row, auto at_once) __attribute__((always_inline)) {
        for (std::int64_t column = 0; column < columns; ++column) {
          const Sums center = of_column<kPlane>(block.mean, column);
          Sums sum = 0;
          Sums product = 0;
          for (int r = 0; r < at_once; ++r) {
            const std::int64_t offset = (row + r) * columns + column;
            const Sums gradient = masked_gradient<kPlane, kTail>(block, offset, column);
            if constexpr (kTail == NormTail::kAddRelu) store(gradient, masked[offset]);
            sum += gradient;
            product += gradient * (load(block.x[offset]) - center);
          }
          sums[column] += sum;
          products[column] += product;
        }
      });
}

template <bool kPlane, NormTail kTail, typename Value>
SCALEMARK_INLINE void input_gradient_rows(const BackwardBlock<Value>& block, const GradientMap<Value>& map,
                                          Value* gradient) {
  const std::int64_t columns = block.shape.columns;
  for (std::int64_t row = 0; row < block.shape.rows; ++row) {
    Value* __restrict output = gradient + row * columns;
    for (std::int64_t column = 0; column < columns; ++column) {
      const std::int64_t offset = row * columns + column;
      const Wide<Value> of_y = masked_gradient<kPlane, kTail>(block, offset, column);
      const Wide<Value> deviation = load(block.x[offset]) - of_column<kPlane>(block.mean, column);
      store(of_column<kPlane>(map.of_gradient, column) * of_y +
                of_column<kPlane>(map.of_deviation, column) * deviation + of_column<kPlane>(map.constant, column),
            output[column]);
    }
  }
}

/// A plane as rows of kPlaneColumns values, and what is left over.
struct PlaneRows {
  explicit PlaneRows(std::int64_t pixels)
      : whole{pixels / kPlaneColumns, kPlaneColumns},
        rest{1, pixels % kPlaneColumns},
        rest_offset(pixels - rest.columns) {}

  BlockShape whole, rest;
  std::int64_t rest_offset;
};

template <typename Sums>
SCALEMARK_INLINE Sums total(const Sums* columns) {
  double sum = 0;
  for (std::int64_t column = 0; column < kPlaneColumns; ++column) sum += columns[column];
  return static_cast<Sums>(sum);
}

template <typename Value, typename Sums = Wide<Value>>
SCALEMARK_INLINE void block_moments(const BlockShape& shape, const Value* x, Sums* mean, Sums* squares) {
  std::fill_n(mean, shape.columns, Sums{0});
  std::fill_n(squares, shape.columns, Sums{0});
  add_values(shape, x, mean);
  for (std::int64_t column = 0; column < shape.columns; ++column) mean[column] /= static_cast<Sums>(shape.rows);
  add_squares</*kPlane=*/false>(shape, x, mean, squares);
}

template <typename Value, typename Sums = Wide<Value>>
SCALEMARK_INLINE void plane_moments(const BlockShape& shape, const Value* x, Sums* mean, Sums* squares) {
  const PlaneRows rows(shape.columns);
  Sums sums[kPlaneColumns] = {};
  add_values(rows.whole, x, sums);
  add_values(rows.rest, x + rows.rest_offset, sums);
  *mean = total(sums) / static_cast<Sums>(shape.columns);
  std::fill_n(sums, kPlaneColumns, Sums{0});
  add_squares</*kPlane=*/true>(rows.whole, x, mean, sums);
  add_squares</*kPlane=*/true>(rows.rest, x + rows.rest_offset, mean, sums);
  *squares = total(sums);
}

template <typename Value>
SCALEMARK_INLINE BackwardBlock<Value> part_of(BackwardBlock<Value> block, const BlockShape& shape,
                                              std::int64_t offset) {
  block.shape = shape;
  block.x += offset;
  block.gradient += offset;
  if (block.y != nullptr) block.y += offset;
  return block;
}

template <bool kPlane, NormTail kTail, typename Value, typename Sums = Wide<Value>>
SCALEMARK_INLINE void sum_gradients(const BackwardBlock<Value>& block, Sums* sum, Sums* product, Value* masked) {
  if constexpr (kPlane) {
    const PlaneRows rows(block.shape.columns);
    Sums sums[kPlaneColumns] = {};
    Sums products[kPlaneColumns] = {};
    add_gradients<kPlane, kTail>(part_of(block, rows.whole, 0), sums, products, masked);
    add_gradients<kPlane, kTail>(part_of(block, rows.rest, rows.rest_offset), sums, products,
                                 masked == nullptr ? nullptr : masked + rows.rest_offset);
    *sum = total(sums);
    *product = total(products);
  } else {
    std::fill_n(sum, block.shape.columns, Sums{0});
    std::fill_n(product, block.shape.columns, Sums{0});
    add_gradients<kPlane, kTail>(block, sum, product, masked);
  }
}

/// Calls function(std::integral_constant<NormTail, tail>()).
template <typename Function>
SCALEMARK_INLINE void with_tail(NormTail tail, Function&& function) {
  switch (tail) {
    case NormTail::kNothing:
      return function(std::integral_constant<NormTail, NormTail::kNothing>());
    case NormTail::kRelu:
      return function(std::integral_constant<NormTail, NormTail::kRelu>());
    case NormTail::kAddRelu:
      return function(std::integral_constant<NormTail, NormTail::kAddRelu>());
  }
}

// The loops of one layout, compiled for what TARGET allows.
#define SCALEMARK_NORM_LOOPS(NAME, TARGET)                                                                     \
  template <typename Value, bool kPlane>                                                                       \
  struct NAME {                                                                                                \
    using Sums = Wide<Value>;                                                                                  \
    TARGET static void moments(const BlockShape& shape, const Value* x, Sums* mean, Sums* squares) {           \
      kPlane ? plane_moments(shape, x, mean, squares) : block_moments(shape, x, mean, squares);                \
    }                                                                                                          \
    template <NormTail kTail>                                                                                  \
    TARGET static void normalize_with(const ForwardBlock<Value>& block) {                                      \
      normalize_rows<kPlane, kTail>(block);                                                                    \
    }                                                                                                          \
    template <NormTail kTail>                                                                                  \
    TARGET static void sums_with(const BackwardBlock<Value>& block, Sums* sum, Sums* product, Value* masked) { \
      sum_gradients<kPlane, kTail>(block, sum, product, masked);                                               \
    }                                                                                                          \
    template <NormTail kTail>                                                                                  \
    TARGET static void input_gradient_with(const BackwardBlock<Value>& block, const GradientMap<Value>& map,   \
                                           Value* gradient) {                                                  \
      input_gradient_rows<kPlane, kTail>(block, map, gradient);                                                \
    }                                                                                                          \
  };
SCALEMARK_NORM_LOOPS(PortableLoops, )
SCALEMARK_NORM_LOOPS(Avx2Loops, SCALEMARK_AVX2)
SCALEMARK_NORM_LOOPS(Avx512Loops, SCALEMARK_AVX512)
#undef SCALEMARK_NORM_LOOPS

template <typename Value, template <typename, bool> typename Loops, bool kPlane>
typename NormLoops<Value>::OfLayout layout_loops() {
  using Of = Loops<Value, kPlane>;
  using Sums = Wide<Value>;
  return {&Of::moments,
          [](const ForwardBlock<Value>& block, NormTail tail) {
            with_tail(tail, [&](auto constant) { Of::template normalize_with<constant()>(block); });
          },
          [](const BackwardBlock<Value>& block, NormTail tail, Sums* sum, Sums* product, Value* masked) {
            with_tail(tail, [&](auto constant) { Of::template sums_with<constant()>(block, sum, product, masked); });
          },
          [](const BackwardBlock<Value>& block, NormTail tail, const GradientMap<Value>& map, Value* gradient) {
            with_tail(tail, [&](auto constant) { Of::template input_gradient_with<constant()>(block, map, gradient); });
          }};
}

template <typename Value, template <typename, bool> typename Loops>
NormLoops<Value> loops_of() {
  return {layout_loops<Value, Loops, false>(), layout_loops<Value, Loops, true>()};
}

template <typename Value>
NormLoops<Value> best_loops() {
  switch (best_vector_unit()) {
    case VectorUnit::kAvx512:
      return loops_of<Value, Avx512Loops>();
    case VectorUnit::kAvx2:
      return loops_of<Value, Avx2Loops>();
    case VectorUnit::kAny:
      break;
  }
  return loops_of<Value, PortableLoops>();
}

}  // namespace

template <typename Value>
const NormLoops<Value>& norm_loops() {
  static const NormLoops<Value> loops = best_loops<Value>();
  return loops;
}

template const NormLoops<float>& norm_loops();
template const NormLoops<double>& norm_loops();
template const NormLoops<c10::BFloat16>& norm_loops();
template const NormLoops<c10::Half>& norm_loops();

}  // namespace scalemark::kernels
