#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "comm/communicator.h"
#include "comm/gradient_reducer.h"

namespace scalemark::comm {

/// A parameter and its gradient's place.
struct GradientSlot {
  std::string name;
  at::Tensor parameter;
  at::Tensor working;  ///< has the gradient after backward: the parameter itself, or its copy in fewer bits
  std::size_t bucket = 0;
  at::Tensor view;       ///< the gradient's place in the bucket, with the parameter's sizes and strides
  at::Tensor wire_view;  ///< the same place in the bucket's `wire`
  at::Tensor scale;      ///< 1 / ranks, made once: on a GPU it may take a launch
  bool ready = false;
};

struct GradientBucket {
  std::vector<std::size_t> slots;
  std::int64_t bytes = 0;
  at::Tensor flat;  ///< undefined where there is one rank: its gradients are the mean already
  at::Tensor wire;  ///< what is reduced: `flat`, or one of fewer bits beside it
  std::size_t missing = 0;
  std::unique_ptr<Work> work;
};

/// How gradients come into the buckets, times 1/ranks: the sum over ranks is then the mean, and stays in range. However
/// it is done, `wire` has the same values afterwards, and the parameters' gradients are the slots' views.
class BucketFiller {
 public:
  virtual ~BucketFiller() = default;

  /// Before backward, when the last step's gradients are dropped.
  virtual void begin(const GradientBucket&, std::vector<GradientSlot>&) {}

  /// The slot's working parameter has its gradient.
  virtual void add(GradientSlot&) {}

  /// All of the bucket's have.
  virtual void complete(const GradientBucket&, std::vector<GradientSlot>&) {}
};

std::unique_ptr<BucketFiller> make_bucket_filler(BucketFill how, int ranks);

}  // namespace scalemark::comm
