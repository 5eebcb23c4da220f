#include "nn/script_network.h"

#include <c10/util/Exception.h>
#include <c10/util/StringUtil.h>
#include <caffe2/serialize/inline_container.h>
#include <torch/csrc/jit/runtime/graph_executor.h>
#include <torch/csrc/jit/serialization/import.h>

#include <array>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <string_view>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/failure.h"
#include "core/hash/sha256.h"

namespace scalemark::nn {
namespace {

constexpr const char* kExport = "; export a network with scripts/export-model (docs/own-network.md)";

/// Registers the tensors of a TorchScript module, part by part, in a tree of the same names.
class Mirror {
 public:
  void fill(torch::nn::Module& part, torch::jit::Module script) {
    for (const auto& named : script.named_parameters(/*recurse=*/false)) register_tensor(part, script, named, true);
    for (const auto& named : script.named_buffers(/*recurse=*/false)) register_tensor(part, script, named, false);
    for (const auto& child : script.named_children()) {
      const auto below = std::make_shared<torch::nn::Module>(child.value.type()->name()->name());
      part.register_module(child.name, below);
      fill(*below, child.value);
    }
  }

 private:
  void register_tensor(torch::nn::Module& part, torch::jit::Module& script, const torch::jit::NameTensor& named,
                       bool is_parameter) {
    if (!named.value.defined()) return;
    if (const at::Tensor* twin = find_twin(named.value)) {
      // What shares memory in the file would part when it is moved or converted.
      script.setattr(named.name, *twin);
      return;
    }
    known_.push_back(named.value);
    const bool trains = is_parameter && named.value.requires_grad();
    if (trains) part.register_parameter(named.name, named.value);
    if (!trains) part.register_buffer(named.name, named.value);
  }

  const at::Tensor* find_twin(const at::Tensor& tensor) const {
    for (const at::Tensor& one : known_) {
      if (one.is_alias_of(tensor) && one.data_ptr() == tensor.data_ptr() && one.sizes() == tensor.sizes() &&
          one.strides() == tensor.strides() && tensor.numel() > 0)
        return &one;
    }
    return nullptr;
  }

  std::vector<at::Tensor> known_;
};

std::string first_line_with_text(std::string_view text) {
  const std::size_t begin = text.find_first_not_of("\n ");
  return begin == std::string_view::npos ? "an error without a message" : first_line(text.substr(begin));
}

// "RuntimeError: why", "builtins.ValueError: why": a line that no part of the stack above it looks like.
std::optional<std::string> said_by_operator(const std::string& line) {
  const std::size_t colon = line.find(": ");
  if (colon == std::string::npos) return std::nullopt;
  const std::string_view kind = std::string_view(line).substr(0, colon);
  const bool is_kind =
      kind.find(' ') == std::string_view::npos && (kind.ends_with("Error") || kind.ends_with("Exception"));
  return is_kind ? std::optional(line.substr(colon + 2)) : std::nullopt;
}

std::string reason_in(const std::string& message) {
  std::istringstream lines(message);
  for (std::string line; std::getline(lines, line);) {
    if (auto said = said_by_operator(line)) return *said;
  }
  return first_line_with_text(message);
}

// The interpreter throws anew what an operator threw, as a plain error below a stack of the module's code.
[[noreturn]] void throw_as_operator_did(const std::string& message) {
  constexpr std::array<std::string_view, 6> kShortages{"out of memory",  "std::bad_alloc", "exceeds limits.memory",
                                                       "of memory left", "memory limit",   "can't allocate memory"};
  const std::string reason = reason_in(message);
  for (const auto shortage : kShortages)
    TORCH_CHECK_WITH(OutOfMemoryError, reason.find(shortage) == std::string::npos, reason);
  TORCH_CHECK(false, reason);
}

std::string content_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::string content{std::istreambuf_iterator<char>(stream), {}};
  if (!stream.is_open() || stream.bad()) throw InputError(c10::str("model ", file.string(), ": cannot be read"));
  return content;
}

void require_script(const std::filesystem::path& file, const std::string& content) {
  const auto refuse = [&](const char* what) {
    throw InputError(c10::str("model ", file.string(), ": ", what, kExport));
  };
  if (content.empty()) refuse("is empty");
  if (!content.starts_with("PK")) refuse("is no TorchScript file, which begins as a zip archive");
  std::istringstream stream(content);
  try {
    caffe2::serialize::PyTorchStreamReader reader(&stream);
    if (!reader.hasRecord("constants.pkl"))
      refuse("holds no TorchScript module, but weights alone (a state_dict), a pickle or a torch.export archive");
  } catch (const c10::Error&) {
    refuse("is a damaged zip archive: it is cut off, or was not copied whole");
  }
}

torch::jit::Module load(const std::filesystem::path& file, const std::string& content) {
  require_script(file, content);
  std::istringstream stream(content);
  try {
    return torch::jit::load(stream, at::Device(at::kCPU));
  } catch (const std::exception& error) {
    // The whole of c10::Error's what() holds addresses of this program.
    const auto* of_torch = dynamic_cast<const c10::Error*>(&error);
    const std::string reason =
        first_line_with_text(of_torch != nullptr ? of_torch->what_without_backtrace() : error.what());
    throw InputError(c10::str("model ", file.string(), ": cannot be loaded by this LibTorch: ", reason, kExport));
  }
}

void refuse_options(const std::filesystem::path& file, const NetworkOptions& options) {
  if (options.batch_norm && !options.checkpointing && !options.zero_init_residual) return;
  throw InputError(c10::str("model ", file.string(),
                            ": is taken as it is; batch_norm must be true, train.checkpointing and "
                            "train.zero_init_residual false"));
}

}  // namespace

ScriptNetwork::ScriptNetwork(torch::jit::Module module) : module_(std::move(module)) {
  Mirror().fill(*this, module_);
  train(true);
}

torch::Tensor ScriptNetwork::forward(const torch::Tensor& images) {
  const torch::jit::GraphOptimizerEnabledGuard unoptimized(false);  // of this thread
  try {
    return module_.forward({images}).toTensor();
  } catch (const c10::Error&) {
    throw;
  } catch (const std::exception& error) {
    throw_as_operator_did(error.what());
  }
}

void ScriptNetwork::train(bool on) {
  torch::nn::Module::train(on);
  module_.train(on);
}

std::shared_ptr<ScriptNetwork> load_script_network(const std::filesystem::path& file, const NetworkOptions& options) {
  refuse_options(file, options);
  const std::string content = content_of(file);
  if (!sha256(content).starts_with(options.digest))
    throw InputError(c10::str("model ", file.string(),
                              ": has changed since the job read its config; start the job again, with a file for each "
                              "network"));
  return std::make_shared<ScriptNetwork>(load(file, content));
}

}  // namespace scalemark::nn
