#include "train/bucket_graphs.h"

#include <c10/util/Exception.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

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
    const auto faults = control.gather(record(bucket));
    const auto first = std::ranges::find_if(faults, [](const std::string& one) { return !one.empty(); });
    if (first != faults.end())
      fault = fmt::format("eager: rank {} could not record a reduction: {}", first - faults.begin(), *first);
    fault = control.broadcast(fault);
  }
  if (fault.empty()) return;
  launch_ = std::move(fault);
  graphs_.clear();
}

void BucketGraphs::reduce(std::size_t bucket) {
  if (graphs_.empty()) return reducer_.reduce_bucket(bucket);
  graphs_[bucket]->replay({});
}

void BucketGraphs::reduce_all() {
  for (std::size_t bucket = 0; bucket < reducer_.bucket_count(); ++bucket) reducer_.reduce_bucket(bucket);
}

/// Returns why it failed; empty where it did not.
std::string BucketGraphs::record(std::size_t bucket) {
  try {
    graphs_.push_back(recorder_->record([this, bucket](const auto&) { reducer_.reduce_bucket(bucket); }));
  } catch (const c10::Error& error) {
    return error.what_without_backtrace();
  } catch (const std::exception& error) {
    return error.what();
  }
  return {};
}

}  // namespace scalemark::train
