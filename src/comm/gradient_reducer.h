#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "comm/communicator.h"

namespace scalemark::comm {

struct NamedParameter {
  std::string name;
  at::Tensor tensor;
  at::Tensor working{};  ///< what backward gives the gradient to, where that is a copy of `tensor` in fewer bits
};

/// How gradients come into the buckets. The values are the same.
enum class BucketFill {
  kEach,      ///< each by itself, as soon as backward has it
  kTogether,  ///< all of a bucket at once, when the last of them is there: fewer launches, but more memory
  kViews,     ///< backward adds them up in the bucket, which is zeroed before
};

struct BucketLayout {
  std::int64_t first_bucket_bytes = std::int64_t{1} << 20;  ///< small, so that reduction starts early (as PyTorch DDP)
  std::int64_t bucket_bytes = std::int64_t{25} << 20;

  /// The type in which wider gradients travel, float16 or bfloat16: half the bytes of float32. They are scaled by
  /// 1/ranks before they are rounded, so that their sum cannot overflow where no summand does.
  std::optional<at::ScalarType> wire_type = std::nullopt;

  BucketFill fill = BucketFill::kEach;
};

/// Averages gradients over ranks while backward goes on (Li et al. 2020, "PyTorch Distributed", VLDB 13.12).
///
/// Gradients are gathered into flat buckets in the order in which backward produces them; a bucket is reduced as soon
/// as it is full, and the parameters' gradients become views of the buckets. Those of working copies are widened on the
/// way in.
class GradientReducer {
 public:
  enum class Schedule {
    kOverlapped,     ///< each bucket as soon as it is full
    kAfterBackward,  ///< all buckets in finalize(): the labelled phase pass
  };

  /// @param ready_order  indices of `parameters` in the order in which backward finishes their gradients.
  GradientReducer(std::vector<NamedParameter> parameters, const std::vector<std::size_t>& ready_order,
                  Communicator& communicator, const BucketLayout& layout);
  ~GradientReducer();
  GradientReducer(const GradientReducer&) = delete;
  GradientReducer& operator=(const GradientReducer&) = delete;

  /// Called with the bucket's index when its last gradient is in place, before it is reduced.
  void set_bucket_ready_callback(std::function<void(std::size_t)> callback);

  /// Before each step's first backward. Gradients are dropped, so that backward hands over fresh ones; with
  /// BucketFill::kViews they become zeros.
  void begin(Schedule schedule);

  /// From the parameter's hook: its gradient is complete.
  void add(std::size_t parameter);

  /// After backward: waits for every bucket; the gradients are then the mean over ranks.
  /// @throws InputError naming the parameters that got no gradient.
  void finalize();

  /// In place of the rest of a step that this rank cannot compute: reduces every bucket that it has not, with whatever
  /// is in it, so that the other ranks need not wait for ever.
  void take_part();

  std::size_t bucket_count() const;

  /// What each rank puts in for one all-reduce of each bucket.
  std::vector<std::int64_t> bucket_bytes() const;

  /// Reduces one bucket's memory and waits: the comm_only arm.
  void reduce_bucket(std::size_t bucket);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Overwrites parameters and buffers on every rank with those of rank 0. Each where it lies, so that it takes no
/// memory: a rank that ran out of it halfway would leave the others waiting.
void broadcast_tensors(const std::vector<at::Tensor>& tensors, Communicator& communicator);

}  // namespace scalemark::comm
