#pragma once

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "train/device_graph.h"

namespace scalemark::train {

/// What fake graphs were asked for.
struct GraphLog {
  int rehearsals = 0;
  int attempts = 0;  ///< to record
  int recordings = 0;
  int replays = 0;
  int living = 0;  ///< graphs
};

/// A graph that does its work again, step by step, on the host.
class FakeGraph : public DeviceGraph {
 public:
  FakeGraph(GraphRecorder::MarkedWork work, GraphLog& log) : work_(std::move(work)), log_(log) { ++log_.living; }
  ~FakeGraph() override { --log_.living; }
  FakeGraph(const FakeGraph&) = delete;
  FakeGraph& operator=(const FakeGraph&) = delete;

  void replay(const std::function<void()>& at_mark) override {
    ++log_.replays;
    work_(at_mark);
  }

 private:
  GraphRecorder::MarkedWork work_;
  GraphLog& log_;
};

class FakeRecorder : public GraphRecorder {
 public:
  /// @param failure  what record() throws; empty: it records.
  /// @param successes  recordings before the first failure
  explicit FakeRecorder(GraphLog& log, std::string failure = {}, int successes = 0)
      : log_(log), failure_(std::move(failure)), successes_(successes) {}

  void rehearse(const std::function<void()>& work) override {
    ++log_.rehearsals;
    work();
  }

  std::unique_ptr<DeviceGraph> record(const MarkedWork& work) override {
    // Here, unlike on a GPU, recording computes: the other ranks wait for this one's part even where it fails.
    work([] {});
    ++log_.attempts;
    if (!failure_.empty() && log_.recordings >= successes_) throw std::runtime_error(failure_);
    ++log_.recordings;
    return std::make_unique<FakeGraph>(work, log_);
  }

 private:
  GraphLog& log_;
  std::string failure_;
  int successes_;
};

}  // namespace scalemark::train
