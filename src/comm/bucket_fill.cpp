#include "comm/bucket_fill.h"

#include <ATen/ops/mul.h>

#include <utility>

#include "kernels/scaled_copies.h"

namespace scalemark::comm {
namespace {

at::Tensor take_gradient(const GradientSlot& slot) { return std::exchange(slot.working.mutable_grad(), {}); }

void give_view(const GradientSlot& slot) { slot.parameter.mutable_grad() = slot.view; }

/// Scaled on the way in, which costs no pass of its own. A launch per gradient, right behind the one that made it.
class FillEach final : public BucketFiller {
 public:
  void add(GradientSlot& slot) override {
    at::mul_out(slot.wire_view, take_gradient(slot), slot.scale);
    give_view(slot);
  }
};

/// The same for a whole bucket in one launch. Its gradients wait for the last of them, beside the bucket.
class FillTogether final : public BucketFiller {
 public:
  explicit FillTogether(double scale) : scale_(scale) {}

  void complete(const GradientBucket& bucket, std::vector<GradientSlot>& slots) override {
    std::vector<kernels::ScaledCopy> copies;
    copies.reserve(bucket.slots.size());
    for (const std::size_t index : bucket.slots)
      copies.push_back({take_gradient(slots[index]), slots[index].wire_view});
    kernels::scaled_copies(copies, scale_);
    for (const std::size_t index : bucket.slots) give_view(slots[index]);
  }

 private:
  double scale_;
};

/// Backward adds to zeros where the gradients are to be (as PyTorch DDP's gradient_as_bucket_view). A whole bucket is
/// zeroed, and scaled, by one launch. Gradients in fewer bits cannot be views: they are widened together.
class FillViews final : public BucketFiller {
 public:
  explicit FillViews(double scale) : scale_(scale) {}

  void begin(const GradientBucket& bucket, std::vector<GradientSlot>& slots) override {
    bucket.flat.zero_();
    for (const std::size_t index : bucket.slots) {
      if (slots[index].working.is_same(slots[index].parameter)) give_view(slots[index]);
    }
  }

  void complete(const GradientBucket& bucket, std::vector<GradientSlot>& slots) override {
    std::vector<kernels::ScaledCopy> copies;
    for (const std::size_t index : bucket.slots) {
      const GradientSlot& slot = slots[index];
      if (slot.working.grad().is_same(slot.view)) continue;
      copies.push_back({take_gradient(slot), slot.view});
      give_view(slot);
    }
    kernels::scaled_copies(copies, 1);
    at::Tensor wire = bucket.wire;
    at::mul_out(wire, bucket.flat, kernels::factor_between(wire, bucket.flat.scalar_type(), scale_));
  }

 private:
  double scale_;
};

}  // namespace

std::unique_ptr<BucketFiller> make_bucket_filler(BucketFill how, int ranks) {
  const double scale = 1.0 / ranks;
  if (how == BucketFill::kTogether) return std::make_unique<FillTogether>(scale);
  if (how == BucketFill::kViews) return std::make_unique<FillViews>(scale);
  return std::make_unique<FillEach>();
}

}  // namespace scalemark::comm
