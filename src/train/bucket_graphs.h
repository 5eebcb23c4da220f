#pragma once

#include <memory>
#include <string>
#include <vector>

#include "comm/gradient_reducer.h"
#include "monitor/control_group.h"
#include "train/device_graph.h"

namespace scalemark::train {

/// The reduction of each bucket as a graph of its own, so that a replay takes the network's time and not the host's to
/// queue it. The marks between two buckets cannot lie in one graph: each replay would move them.
class BucketGraphs {
 public:
  /// Collective over the ranks of `control`: all of them replay, or none does.
  /// @param reducer  outlives this. @param recorder  nullptr: nothing is recorded. @param why_none  and why
  BucketGraphs(comm::GradientReducer& reducer, const monitor::ControlGroup& control,
               std::unique_ptr<GraphRecorder> recorder, const std::string& why_none);
  BucketGraphs(const BucketGraphs&) = delete;  // the graphs know where it lies
  BucketGraphs& operator=(const BucketGraphs&) = delete;

  /// "graph", or "eager: " and why.
  const std::string& launch() const { return launch_; }

  /// Queues the reduction of a bucket behind what the device was given before.
  void reduce(std::size_t bucket);

 private:
  void reduce_all();
  void record(std::size_t bucket);

  comm::GradientReducer& reducer_;
  std::unique_ptr<GraphRecorder> recorder_;
  std::vector<std::unique_ptr<DeviceGraph>> graphs_;  // [bucket]; empty where reductions are queued one by one
  std::string launch_;
};

}  // namespace scalemark::train
