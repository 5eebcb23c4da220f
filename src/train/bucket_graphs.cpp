#include "train/bucket_graphs.h"

#include <utility>

#include "train/graph_obstacle.h"

namespace scalemark::train {

BucketGraphs::BucketGraphs(comm::GradientReducer& reducer, const monitor::ControlGroup& control,
                           std::unique_ptr<GraphRecorder> recorder, const std::string& why_none)
    : reducer_(reducer), recorder_(std::move(recorder)), launch_("graph") {
  if (recorder_ == nullptr) {
    launch_ = "eager: " + why_none;
    return;
  }
  // Libraries connect at the first call, which no graph can hold.
  recorder_->rehearse([this] { reduce_all(); });
  // Bucket by bucket: to record a reduction may be collective (NCCL exchanges addresses for NVLink's switches), and a
  // rank that failed at an earlier one would leave the others waiting.
  std::string fault;
  for (std::size_t bucket = 0; bucket < reducer_.bucket_count() && fault.empty(); ++bucket) {
    fault = recording_fault(control, "a reduction", [&] { record(bucket); });
  }
  if (fault.empty()) return;
  launch_ = "eager: " + fault;
  graphs_.clear();
}

void BucketGraphs::reduce(std::size_t bucket) {
  if (graphs_.empty()) return reducer_.reduce_bucket(bucket);
  graphs_[bucket]->replay({});
}

void BucketGraphs::reduce_all() {
  for (std::size_t bucket = 0; bucket < reducer_.bucket_count(); ++bucket) reducer_.reduce_bucket(bucket);
}

void BucketGraphs::record(std::size_t bucket) {
  graphs_.push_back(recorder_->record([this, bucket](const auto&) { reducer_.reduce_bucket(bucket); }));
}

}  // namespace scalemark::train
