// optim_steps_dump OUT: runs every optimizer on the same random gradients, for pytorch_reference.py to replay.
// Keys: <case>.parameter.<i>.<step> (step 0 is before the first), gradient.<i>.<step>, <schedule>.<total steps>,
// scaler.gradients|scales|parameters [step].

#include <torch/types.h>

#include <iostream>
#include <limits>
#include <set>
#include <string>

#include "nn/tensor_file.h"
#include "optim/gradient_scaler.h"
#include "optim/optimizer.h"
#include "optim/schedule.h"

namespace {

using scalemark::NamedTensors;
using scalemark::optim::cosine_learning_rate;
using scalemark::optim::one_cycle_learning_rate;
using scalemark::optim::OptimizerOptions;
using scalemark::optim::step_learning_rate;
using scalemark::optim::warm_up_learning_rate;

constexpr int kSteps = 10;
constexpr double kLearningRate = 0.05;

std::vector<torch::Tensor> random_tensors() {
  return {torch::randn({5, 3, 3, 3}, torch::kDouble), torch::randn({7}, torch::kDouble),
          torch::randn({33, 17}, torch::kDouble)};
}

void insert_all(NamedTensors& out, const std::string& prefix, const std::vector<torch::Tensor>& tensors, int step) {
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    out.insert(c10::str(prefix, ".", i, ".", step), tensors[i].detach().clone());
  }
}

void run(NamedTensors& out, const std::string& name, const OptimizerOptions& options,
         const std::vector<torch::Tensor>& start, const std::vector<std::vector<torch::Tensor>>& gradients) {
  std::vector<torch::Tensor> parameters;
  for (const torch::Tensor& tensor : start) {
    parameters.push_back(tensor.clone().requires_grad_());
  }
  const auto optimizer = scalemark::optim::make_optimizer(options, parameters);
  insert_all(out, name + ".parameter", parameters, 0);
  for (int step = 1; step <= kSteps; ++step) {
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      parameters[i].mutable_grad() = gradients[static_cast<std::size_t>(step - 1)][i].clone();
    }
    optimizer->step(kLearningRate / step);
    insert_all(out, name + ".parameter", parameters, step);
  }
}

torch::Tensor rates_of(double (*schedule)(double, std::int64_t, std::int64_t), int total_steps) {
  torch::Tensor rates = torch::empty({total_steps}, torch::kDouble);
  for (int step = 0; step < total_steps; ++step) {
    rates[step] = schedule(0.4, step, total_steps);
  }
  return rates;
}

// Long enough for the scale to back off, to grow, and to do both again.
void run_scaled(NamedTensors& out) {
  constexpr int kScaledSteps = 4600;
  const std::set<int> overflows{0, 1, 2, 1000, 3500};
  torch::Tensor parameter = torch::ones({3}, torch::kDouble).requires_grad_();
  scalemark::optim::GradientScaler scaler(torch::kCPU);
  const auto optimizer = scalemark::optim::make_optimizer({.name = "adam"}, {parameter});
  torch::Tensor scales = torch::empty({kScaledSteps}, torch::kDouble);
  torch::Tensor parameters = torch::empty({kScaledSteps, 3}, torch::kDouble);
  torch::Tensor gradients = torch::empty({kScaledSteps, 3}, torch::kDouble);
  for (int step = 0; step < kScaledSteps; ++step) {
    torch::Tensor gradient = torch::randn({3}, torch::kDouble);
    if (overflows.contains(step)) gradient[step % 3] = std::numeric_limits<float>::infinity() * (step % 2 ? 1 : -1);
    if (step == 1000) gradient[0] = std::numeric_limits<float>::quiet_NaN();
    gradients[step] = gradient;
    parameter.mutable_grad() = scaler.scale(gradient).detach();
    const torch::Tensor non_finite = scaler.unscale({parameter.grad()});
    optimizer->step(1e-3, non_finite);
    scaler.update();
    scales[step] = scaler.state().front().item<double>();
    parameters[step] = parameter.detach();
  }
  out.insert("scaler.gradients", gradients);
  out.insert("scaler.scales", scales);
  out.insert("scaler.parameters", parameters);
}

void run_optimizers(NamedTensors& out) {
  const auto start = random_tensors();
  std::vector<std::vector<torch::Tensor>> gradients;
  for (int step = 1; step <= kSteps; ++step) {
    gradients.push_back(random_tensors());
    insert_all(out, "gradient", gradients.back(), step);
  }
  run(out, "sgd_plain", {.name = "sgd", .momentum = 0, .weight_decay = 0}, start, gradients);
  run(out, "sgd_decay", {.name = "sgd", .momentum = 0, .weight_decay = 0.01}, start, gradients);
  run(out, "sgd_momentum", {.name = "sgd", .momentum = 0.9, .weight_decay = 0.01}, start, gradients);
  run(out, "sgd_nesterov", {.name = "sgd-nesterov", .momentum = 0.9, .weight_decay = 0.01}, start, gradients);
  run(out, "adagrad", {.name = "adagrad", .weight_decay = 0.01}, start, gradients);
  run(out, "adadelta", {.name = "adadelta", .weight_decay = 0.01}, start, gradients);
  run(out, "adam", {.name = "adam", .weight_decay = 0.01}, start, gradients);
  run(out, "adamw", {.name = "adamw", .weight_decay = 0.01}, start, gradients);
  run(out, "lars", {.name = "lars", .momentum = 0.9, .weight_decay = 0.01}, start, gradients);
  run(out, "lars_plain", {.name = "lars", .momentum = 0, .weight_decay = 0}, start, gradients);
  for (const std::string name : {"sgd", "adam", "adamw", "lars"}) {
    run(out, name + "_on_matrices", {.name = name, .momentum = 0.9, .weight_decay = 0.01, .decays_vectors = false},
        start, gradients);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: " << argv[0] << " OUT\n";
    return 2;
  }
  torch::manual_seed(11);
  NamedTensors out;
  run_optimizers(out);
  for (const int total_steps : {1, 2, 3, 4, 10, 11, 97, 300}) {
    out.insert(c10::str("one_cycle.", total_steps), rates_of(one_cycle_learning_rate, total_steps));
    out.insert(c10::str("step.", total_steps), rates_of(step_learning_rate, total_steps));
    out.insert(c10::str("cosine.", total_steps), rates_of(cosine_learning_rate, total_steps));
    out.insert(c10::str("warm_up.", total_steps), rates_of(warm_up_learning_rate, total_steps));
  }
  run_scaled(out);
  scalemark::save_tensors(argv[1], out);
}
