// Files that are no network that can be trained: each fault in one line that names the file.

#include <gtest/gtest.h>
#include <torch/types.h>

#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "core/error.h"
#include "nn/network.h"
#include "nn/script_module.h"
#include "nn/tensor_file.h"

namespace scalemark::nn {
namespace {

TEST_F(ScriptNetworks, OfAGoodFileHasNoFault) {
  EXPECT_EQ(fault_of_code(kForward), "");
  EXPECT_EQ(fault_of_code("def forward(self, x, scale: float = 1.0):" + kFeatures +
                          "  return torch.linear(x, self.head, self.bias) * scale\n"),
            "");
}

TEST_F(ScriptNetworks, ThatCannotBeTrainedIsRefused) {
  const std::string all = "  return torch.linear(x, self.head, self.bias)";
  const std::vector<std::pair<std::string, std::string>> table{
      {"def other(self, x):\n  return x\n", "has no method forward"},
      {"def forward(self, x, y):" + kFeatures + all + "\n", "takes something else than one batch of images"},
      {"def forward(self, x: int):\n  return x\n", "takes something else than one batch of images"},
      {"def forward(self, x):" + kFeatures + all + ", x\n", "returns Tuple[Tensor, Tensor] in place of logits"},
      {"def forward(self, x):\n  return torch.conv2d(x, self.weight)\n", "[2, 4, 6, 6] for 2 images"},
      {"def forward(self, x):" + kFeatures + "  return torch.linear(x, self.head)\n", "parameter bias no gradient"},
      {"def forward(self, x):" + kFeatures + all + ".detach()\n", "does not require grad"},
      {"def forward(self, x):\n  return torch.linear(x, self.head, self.bias)\n", "fails for 2 images of 8 pixels"},
  };
  for (const auto& [code, fault] : table) {
    const std::string found = fault_of_code(code);
    EXPECT_TRUE(found.starts_with("model " + folder_.path().string() + "/net.pt: ")) << found;
    EXPECT_NE(found.find(fault), std::string::npos) << code << found;
    EXPECT_EQ(found.find('\n'), std::string::npos) << found;
  }
}

TEST_F(ScriptNetworks, WithOtherClassesIsRefused) {
  const std::string fault = fault_of(saved(script_of(kForward)), {.image_size = kPixels, .classes = 12});
  EXPECT_NE(fault.find("gives 10 logits per image, but dataset.classes is 12: set dataset.classes, or export it with "
                       "--classes 12"),
            std::string::npos)
      << fault;
}

TEST_F(ScriptNetworks, WithoutParametersIsRefused) {
  auto module = script_of(kForward);
  for (const auto& parameter : module.parameters()) at::Tensor(parameter).set_requires_grad(false);
  EXPECT_NE(fault_of(saved(module)).find("has no parameters to train"), std::string::npos);
}

TEST_F(ScriptNetworks, WithComplexParametersIsRefused) {
  auto module = script_of(kForward);
  add_parameter(module, "phase", torch::ones({2}, torch::kComplexFloat));
  EXPECT_NE(fault_of(saved(module)).find("has the parameter phase of type ComplexFloat"), std::string::npos);
}

TEST_F(ScriptNetworks, OfAForeignFileIsRefused) {
  const std::string script = saved(script_of(kForward));
  std::ifstream stream(script, std::ios::binary);
  const std::string content{std::istreambuf_iterator<char>(stream), {}};
  const std::string weights = (folder_.path() / "weights.pt").string();
  NamedTensors tensors;
  tensors.insert("weight", torch::ones({2}));
  save_tensors(weights, tensors);
  const std::vector<std::pair<std::string, std::string>> table{
      {folder_.write("empty.pt", "").string(), "is empty"},
      {folder_.write("model.onnx.pt", std::string("\x08\x08\x12\x07pytorch", 11)).string(), "begins as a zip archive"},
      {folder_.write("cut.pt", content.substr(0, content.size() / 2)).string(), "is a damaged zip archive"},
      {folder_.write("none.pt", "PK nothing").string(), "is a damaged zip archive"},
      {weights, "weights alone (a state_dict)"},
      {(folder_.path() / "absent.pt").string(), "cannot be read"},
  };
  for (const auto& [path, fault] : table) {
    const std::string found = fault_of(path);
    EXPECT_TRUE(found.starts_with("model " + path + ": ")) << found;
    EXPECT_NE(found.find(fault), std::string::npos) << found;
    EXPECT_EQ(found.find('\n'), std::string::npos) << found;
  }
}

TEST_F(ScriptNetworks, ThatHasChangedIsRefused) {
  NetworkOptions options = kOptions;
  options.digest = "0123456789abcdef";
  EXPECT_NE(fault_of(saved(script_of(kForward)), options).find("has changed since"), std::string::npos);
}

TEST_F(ScriptNetworks, HasNoOptionsOfItsOwn) {
  NetworkOptions options = kOptions;
  options.checkpointing = true;
  EXPECT_THROW(make_network(saved(script_of(kForward)), options), InputError);
  options = kOptions;
  options.batch_norm = false;
  EXPECT_THROW(make_network(saved(script_of(kForward)), options), InputError);
}

}  // namespace
}  // namespace scalemark::nn
