#include "train/gradient_hooks.h"

#include <torch/csrc/autograd/function_hook.h>
#include <torch/csrc/autograd/variable.h>

#include <memory>
#include <utility>

namespace scalemark::train {
namespace {

class ReadyHook : public torch::autograd::PostAccumulateGradHook {
 public:
  ReadyHook(std::size_t parameter, std::shared_ptr<std::function<void(std::size_t)>> ready)
      : parameter_(parameter), ready_(std::move(ready)) {}

  void operator()(const torch::autograd::Variable&) override {
    if (*ready_) (*ready_)(parameter_);
  }

 private:
  std::size_t parameter_;
  std::shared_ptr<std::function<void(std::size_t)>> ready_;
};

}  // namespace

GradientHooks::GradientHooks(const std::vector<at::Tensor>& parameters)
    : ready_(std::make_shared<std::function<void(std::size_t)>>()) {
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    torch::autograd::impl::set_post_acc_grad_hooks(parameters[i], std::make_unique<ReadyHook>(i, ready_));
  }
}

GradientHooks::~GradientHooks() { *ready_ = nullptr; }

void GradientHooks::call_during(const std::function<void()>& backward, std::function<void(std::size_t)> ready) {
  struct Silence {
    std::function<void(std::size_t)>& ready;
    ~Silence() { ready = nullptr; }
  };
  *ready_ = std::move(ready);
  const Silence afterwards{*ready_};
  backward();
}

}  // namespace scalemark::train
