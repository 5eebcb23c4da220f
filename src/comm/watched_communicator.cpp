#include "comm/watched_communicator.h"

#include <utility>

#include "comm/forwarding_communicator.h"

namespace scalemark::comm {
namespace {

class WatchedWork : public Work {
 public:
  WatchedWork(std::unique_ptr<Work> inner, Activity& activity, std::int64_t bucket)
      : inner_(std::move(inner)), activity_(activity), bucket_(bucket) {}

  void wait() override {
    activity_.wait_for_bucket(bucket_);
    inner_->wait();
  }

 private:
  std::unique_ptr<Work> inner_;
  Activity& activity_;
  std::int64_t bucket_;
};

class WatchedCommunicator : public ForwardingCommunicator {
 public:
  WatchedCommunicator(std::unique_ptr<Communicator> inner, Activity& activity)
      : ForwardingCommunicator(std::move(inner)), activity_(activity) {}

  using ForwardingCommunicator::all_reduce;

  std::unique_ptr<Work> all_reduce(const at::Tensor& input, const at::Tensor& output) override {
    // Before it starts: a rank that stands in the call itself has started it.
    const std::int64_t bucket = activity_.start_collective(input.numel(), c10::toString(input.scalar_type()));
    return std::make_unique<WatchedWork>(ForwardingCommunicator::all_reduce(input, output), activity_, bucket);
  }

  std::unique_ptr<Communicator> split(int size) override {
    auto part = ForwardingCommunicator::split(size);
    return part ? make_watched_communicator(std::move(part), activity_) : nullptr;
  }

 private:
  Activity& activity_;
};

}  // namespace

std::unique_ptr<Communicator> make_watched_communicator(std::unique_ptr<Communicator> inner, Activity& activity) {
  return std::make_unique<WatchedCommunicator>(std::move(inner), activity);
}

}  // namespace scalemark::comm
