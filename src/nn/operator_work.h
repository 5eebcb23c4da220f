#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <vector>

namespace scalemark::nn {

/// What an operator is, as far as it takes time of its own.
enum class OperatorKind { kProduct, kNorm, kPooling, kAddition };

/// One call of an operator. Values are those of maps, as large as the batch is.
struct OperatorWork {
  OperatorKind kind = OperatorKind::kProduct;
  std::int64_t input = 0;  ///< of the map that comes in; of an addition, those of its second operand
  std::int64_t output = 0;
  std::int64_t multiply_adds = 0;  ///< of a product
};

struct ObservedWork {
  std::vector<OperatorWork> operators;  ///< in the order in which they were called
  std::set<const void*> read;           ///< the memory of all that they took
};

/// What `computation` calls on this thread of the operators that take time: convolutions and products of matrices,
/// norms, poolings and additions, whoever calls them and whatever they are called with. An operator that another of
/// these is made of counts once, as the outer one.
ObservedWork observe_work(const std::function<void()>& computation);

}  // namespace scalemark::nn
