#include "comm/faulty_communicator.h"

#include <utility>

#include "comm/forwarding_communicator.h"

namespace scalemark::comm {
namespace {

constexpr const char* kFaultyPlace = "collective";

class WorkLeftOut : public Work {
 public:
  void wait() override {}
};

/// Keeps a tensor that nobody else has until the work on it is over.
class WorkOnCopy : public Work {
 public:
  WorkOnCopy(at::Tensor copy, std::unique_ptr<Work> inner) : copy_(std::move(copy)), inner_(std::move(inner)) {}
  void wait() override { inner_->wait(); }

 private:
  at::Tensor copy_;
  std::unique_ptr<Work> inner_;
};

at::Tensor half_of(const at::Tensor& tensor) { return tensor.narrow(0, 0, tensor.size(0) / 2); }

class FaultyCommunicator : public ForwardingCommunicator {
 public:
  FaultyCommunicator(std::unique_ptr<Communicator> inner, Faults& faults, FaultyCalls calls)
      : ForwardingCommunicator(std::move(inner)), faults_(faults), calls_(calls) {}

  using ForwardingCommunicator::all_reduce;
  using ForwardingCommunicator::broadcast;

  std::unique_ptr<Work> all_reduce(const at::Tensor& input, const at::Tensor& output) override {
    switch (faults_.at(kFaultyPlace)) {
      case FaultEffect::kSkip:
        return std::make_unique<WorkLeftOut>();
      case FaultEffect::kShrink:
        return ForwardingCommunicator::all_reduce(half_of(input), half_of(output));
      case FaultEffect::kRetype: {
        const at::Tensor copy = input.to(at::kDouble);
        return std::make_unique<WorkOnCopy>(copy, ForwardingCommunicator::all_reduce(copy, copy));
      }
      default:
        return ForwardingCommunicator::all_reduce(input, output);
    }
  }

  std::unique_ptr<Work> all_gather(const at::Tensor& input, const at::Tensor& output) override {
    come_by();
    return ForwardingCommunicator::all_gather(input, output);
  }
  std::unique_ptr<Work> reduce_scatter(const at::Tensor& input, const at::Tensor& output) override {
    come_by();
    return ForwardingCommunicator::reduce_scatter(input, output);
  }
  std::unique_ptr<Work> all_reduce_by(Reduction reduction, const at::Tensor& input, const at::Tensor& output) override {
    if (reduction == Reduction::kSum) return all_reduce(input, output);
    come_by();
    return ForwardingCommunicator::all_reduce_by(reduction, input, output);
  }
  std::unique_ptr<Work> reduce_scatter_by(Reduction reduction, const at::Tensor& input,
                                          const at::Tensor& output) override {
    come_by();
    return ForwardingCommunicator::reduce_scatter_by(reduction, input, output);
  }
  std::unique_ptr<Work> broadcast(const at::Tensor& input, const at::Tensor& output, int root) override {
    come_by();
    return ForwardingCommunicator::broadcast(input, output, root);
  }
  std::unique_ptr<Work> shift(const at::Tensor& input, const at::Tensor& output) override {
    come_by();
    return ForwardingCommunicator::shift(input, output);
  }

  std::unique_ptr<Communicator> split(int size) override {
    auto part = ForwardingCommunicator::split(size);
    return part ? make_faulty_communicator(std::move(part), faults_, calls_) : nullptr;
  }

 private:
  // What is to be left out or changed concerns reductions alone.
  void come_by() {
    if (calls_ == FaultyCalls::kAll) faults_.at(kFaultyPlace);
  }

  Faults& faults_;
  FaultyCalls calls_;
};

}  // namespace

std::unique_ptr<Communicator> make_faulty_communicator(std::unique_ptr<Communicator> inner, Faults& faults,
                                                       FaultyCalls calls) {
  return std::make_unique<FaultyCommunicator>(std::move(inner), faults, calls);
}

}  // namespace scalemark::comm
