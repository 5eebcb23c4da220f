#pragma once

#include <torch/csrc/jit/api/module.h>

#include <filesystem>
#include <memory>
#include <string>

#include "nn/network.h"

namespace scalemark::nn {

/// A network of one's own: a TorchScript module with its weights, as torch.jit.save writes it. It is code that runs
/// here, and trusted as a program is.
///
/// Parameters and buffers are the module's own tensors, under the names that they have there. Parameters that need no
/// gradient are held as buffers. What the file has twice (tied weights) is one parameter.
///
/// The module runs without the graph executor's optimisation, which would spoil a measurement in two ways: its first
/// runs profile the shapes and compile the graph anew, whatever was a warm-up; and it gathers operators into subgraphs
/// with one backward, whose gradients all become ready at once, so that no reduction overlaps with that part of
/// backward. Unoptimised, an operator is called as PyTorch's Python calls it, autocast included.
class ScriptNetwork : public Network {
 public:
  explicit ScriptNetwork(torch::jit::Module module);

  /// @throws c10::OutOfMemoryError, as other networks; c10::Error with the module's own message in one line.
  torch::Tensor forward(const torch::Tensor& images) override;
  void train(bool on = true) override;

  const torch::jit::Module& module() const { return module_; }

 private:
  torch::jit::Module module_;
};

/// The class of a convolution's module, which names the part that mirrors it.
inline constexpr const char* kScriptConvolution = "Conv2d";

/// The network in a file. Loads to the CPU, wherever it was saved. @throws InputError in one line, which names the file
/// and what to do: it cannot be read, is another than `options.digest` tells, or holds no TorchScript module; or
/// options ask for what a network of one's own does not have.
std::shared_ptr<ScriptNetwork> load_script_network(const std::filesystem::path& file, const NetworkOptions& options);

/// Loads the network in a file and tries a step of two images with it on the CPU. @throws InputError, as
/// load_script_network(), where it cannot be trained: forward takes or returns something else than images and logits of
/// as many classes, no parameters, one of a type without gradients or one that the loss gives none.
void check_script_network(const std::filesystem::path& file, const NetworkOptions& options);

}  // namespace scalemark::nn
