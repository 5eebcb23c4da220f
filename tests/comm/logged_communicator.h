#pragma once

#include <fmt/format.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "comm/communicator.h"

namespace scalemark::comm {

/// What was asked of a LoggedCommunicator, and whatever a test adds: "start 0: 6 Float", "wait 0", ...
using CallLog = std::vector<std::string>;

/// Rank 0 of two, whose other rank has nothing but zeros: sums are what went in. Writes down which all-reduces start,
/// and when each is waited for.
class LoggedCommunicator : public Communicator {
 public:
  explicit LoggedCommunicator(CallLog& log) : log_(log) {}

  using Communicator::all_reduce;
  using Communicator::broadcast;

  int rank() const override { return 0; }
  int size() const override { return 2; }
  std::string_view backend() const override { return "logged"; }

  std::unique_ptr<Work> all_reduce(const at::Tensor& input, const at::Tensor& output) override {
    log_.push_back(fmt::format("start {}: {} {}", reductions_, input.numel(), c10::toString(input.scalar_type())));
    if (!output.is_same(input)) at::Tensor(output).copy_(input);
    return std::make_unique<LoggedWork>(log_, fmt::format("wait {}", reductions_++));
  }
  std::unique_ptr<Work> all_gather(const at::Tensor&, const at::Tensor&) override { return other("all_gather"); }
  std::unique_ptr<Work> reduce_scatter(const at::Tensor&, const at::Tensor&) override {
    return other("reduce_scatter");
  }
  std::unique_ptr<Work> broadcast(const at::Tensor&, const at::Tensor&, int) override { return other("broadcast"); }
  std::unique_ptr<Work> shift(const at::Tensor&, const at::Tensor&) override { return other("shift"); }
  std::unique_ptr<Communicator> split(int size) override {
    return size == 2 ? std::make_unique<LoggedCommunicator>(log_) : nullptr;
  }

 private:
  class LoggedWork : public Work {
   public:
    LoggedWork(CallLog& log, std::string entry) : log_(log), entry_(std::move(entry)) {}
    void wait() override { log_.push_back(entry_); }

   private:
    CallLog& log_;
    std::string entry_;
  };

  std::unique_ptr<Work> other(const std::string& call) {
    log_.push_back(call);
    return std::make_unique<LoggedWork>(log_, "wait " + call);
  }

  CallLog& log_;
  int reductions_ = 0;
};

}  // namespace scalemark::comm
