// What a file must hold to be trained, tried before a sweep begins.

#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/zeros.h>
#include <c10/util/Exception.h>
#include <c10/util/StringUtil.h>

#include <functional>
#include <optional>
#include <string>

#include "core/error.h"
#include "core/failure.h"
#include "nn/script_network.h"

namespace scalemark::nn {
namespace {

constexpr std::int64_t kImages = 2;

using Fault = std::optional<std::string>;

Fault fault_of_forward(const torch::jit::Module& module) {
  const auto method = module.find_method("forward");
  if (!method) return "has no method forward";
  const auto& schema = method->function().getSchema();
  std::size_t required = 0;  // beside self
  for (std::size_t i = 1; i < schema.arguments().size(); ++i) required += schema.arguments()[i].default_value() ? 0 : 1;
  const bool takes_images = schema.arguments().size() > 1 && required <= 1 &&
                            schema.arguments()[1].type()->isSubtypeOf(*c10::TensorType::get());
  if (!takes_images)
    return "has a forward that takes something else than one batch of images: write forward(self, images: Tensor)";
  if (!schema.returns().at(0).type()->isSubtypeOf(*c10::TensorType::get()))
    return c10::str("has a forward that returns ", schema.returns().at(0).type()->repr_str(),
                    " in place of logits: return one Tensor");
  return std::nullopt;
}

Fault fault_of_parameters(const ScriptNetwork& network) {
  if (network.parameters(/*recurse=*/true).empty())
    return "has no parameters to train: they were frozen (torch.jit.freeze, requires_grad) or left out";
  for (const auto& parameter : network.named_parameters()) {
    if (!parameter.value().is_floating_point())
      return c10::str("has the parameter ", parameter.key(), " of type ", parameter.value().scalar_type(),
                      ": parameters must be of floating point");
  }
  return std::nullopt;
}

Fault fault_of_logits(const at::Tensor& logits, const NetworkOptions& options) {
  const bool are_logits = logits.dim() == 2 && logits.size(0) == kImages && logits.is_floating_point();
  if (!are_logits)
    return c10::str("gives ", logits.toString(), logits.sizes(), " for ", kImages, " images in place of logits [",
                    kImages, ", ", options.classes, "]: end it in one logit per class");
  if (logits.size(1) == options.classes) return std::nullopt;
  return c10::str("gives ", logits.size(1), " logits per image, but dataset.classes is ", options.classes,
                  ": set dataset.classes, or export it with --classes ", options.classes);
}

Fault fault_of_gradients(const ScriptNetwork& network) {
  for (const auto& parameter : network.named_parameters()) {
    if (!parameter.value().grad().defined())
      return c10::str("gives its parameter ", parameter.key(),
                      " no gradient: every parameter must take part in the logits, or have requires_grad False");
  }
  return std::nullopt;
}

Fault fault_of_step(ScriptNetwork& network, const NetworkOptions& options) {
  const at::Tensor images = at::rand({kImages, 3, options.image_size, options.image_size});
  const at::Tensor logits = network.forward(images);
  if (auto fault = fault_of_logits(logits, options)) return fault;
  at::cross_entropy_loss(logits, at::zeros({kImages}, at::kLong)).backward();
  return fault_of_gradients(network);
}

Fault fault_of(ScriptNetwork& network, const NetworkOptions& options) {
  if (auto fault = fault_of_forward(network.module())) return fault;
  if (auto fault = fault_of_parameters(network)) return fault;
  try {
    convert(network, at::kCPU, at::kFloat);  // as a job in fp32 does
    return fault_of_step(network, options);
  } catch (const c10::Error& error) {
    return c10::str("fails for ", kImages, " images of ", options.image_size,
                    " pixels per side on the CPU: ", first_line(error.what_without_backtrace()));
  }
}

}  // namespace

void check_script_network(const std::filesystem::path& file, const NetworkOptions& options) {
  const auto network = load_script_network(file, options);
  const Fault fault = fault_of(*network, options);
  if (fault) throw InputError(c10::str("model ", file.string(), ": ", *fault));
}

}  // namespace scalemark::nn
