#pragma once

#include <memory>
#include <utility>

#include "comm/communicator.h"

namespace scalemark::comm {

/// Hands every call on to another communicator: what decorators are made of, which add to some of the calls.
class ForwardingCommunicator : public Communicator {
 public:
  explicit ForwardingCommunicator(Communicator& inner) : inner_(inner) {}  ///< which outlives this
  explicit ForwardingCommunicator(std::unique_ptr<Communicator> inner) : owned_(std::move(inner)), inner_(*owned_) {}

  using Communicator::all_reduce;
  using Communicator::broadcast;

  int rank() const override { return inner_.rank(); }
  int size() const override { return inner_.size(); }
  std::string_view backend() const override { return inner_.backend(); }

  std::unique_ptr<Work> all_reduce(const at::Tensor& input, const at::Tensor& output) override {
    return inner_.all_reduce(input, output);
  }
  std::unique_ptr<Work> all_gather(const at::Tensor& input, const at::Tensor& output) override {
    return inner_.all_gather(input, output);
  }
  std::unique_ptr<Work> reduce_scatter(const at::Tensor& input, const at::Tensor& output) override {
    return inner_.reduce_scatter(input, output);
  }
  std::unique_ptr<Work> all_reduce_by(Reduction reduction, const at::Tensor& input, const at::Tensor& output) override {
    return inner_.all_reduce_by(reduction, input, output);
  }
  std::unique_ptr<Work> reduce_scatter_by(Reduction reduction, const at::Tensor& input,
                                          const at::Tensor& output) override {
    return inner_.reduce_scatter_by(reduction, input, output);
  }
  std::unique_ptr<Work> broadcast(const at::Tensor& input, const at::Tensor& output, int root) override {
    return inner_.broadcast(input, output, root);
  }
  std::unique_ptr<Work> shift(const at::Tensor& input, const at::Tensor& output) override {
    return inner_.shift(input, output);
  }
  at::Tensor allocate(std::int64_t elements, const at::TensorOptions& options) override {
    return inner_.allocate(elements, options);
  }
  void check_health() override { inner_.check_health(); }

  /// Without what this decorator adds. Those whose groups keep it override this.
  std::unique_ptr<Communicator> split(int size) override { return inner_.split(size); }

 private:
  std::unique_ptr<Communicator> owned_;
  Communicator& inner_;
};

}  // namespace scalemark::comm
