// A network of one's own, named by the path of its file.

#include "config/model_file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "config/config_files.h"
#include "temporary_folder.h"

namespace scalemark::config {
namespace {

// The first digits of `printf abc | sha256sum` and of `printf abd | sha256sum`.
constexpr const char* kDigestOfAbc = "ba7816bf8f01cfea";
constexpr const char* kDigestOfAbd = "a52d159f262b2c6d";

std::string config_of(const std::filesystem::path& model) { return "model: " + model.string() + kRest; }

std::string model_of(const Experiment& experiment) {
  for (const auto& [path, value] : experiment.cases.front().parameters())
    if (path == "model") return std::get<std::string>(value);
  return {};
}

std::string model_fault(const std::string& config) {
  const Lines faults = faults_of(config);
  return faults.size() == 1 ? faults.front() : "faults: " + std::to_string(faults.size());
}

TEST(ModelFile, IsNamedByItsContentAndNotByItsFolder) {
  const TemporaryFolder here;
  const TemporaryFolder there;
  const auto experiment = load(config_of(here.write("net.pt", "abc")));
  EXPECT_EQ(model_of(experiment), std::string("net.pt@") + kDigestOfAbc);
  EXPECT_EQ(experiment.cases.front().model, (here.path() / "net.pt").string());
  EXPECT_EQ(experiment.hash, load(config_of(there.write("net.pt", "abc"))).hash);
  const auto other = load(config_of(there.write("net.pt", "abd")));
  EXPECT_EQ(model_of(other), std::string("net.pt@") + kDigestOfAbd);
  EXPECT_NE(other.hash, experiment.hash);
}

TEST(ModelFile, IsAnAxisAmongNames) {
  const TemporaryFolder folder;
  const auto path = folder.write("n.pt", "abc").string();
  const auto experiment = load("name: n\nsweep: {batch_size: [8], model: [resnet18, " + path + "]}\n");
  ASSERT_EQ(experiment.cases.size(), 2u);
  EXPECT_FALSE(experiment.cases[0].has_own_network());
  EXPECT_TRUE(experiment.cases[1].has_own_network());
  EXPECT_EQ(experiment.cases[1].model_name(), std::string("n.pt@") + kDigestOfAbc);
}

TEST(ModelFile, OfTheSameContentIsTheSameCase) {
  const TemporaryFolder folder;
  const auto one = folder.write("n.pt", "abc").string();
  std::filesystem::create_directory(folder.path() / "copy");
  const auto copy = folder.write("copy/n.pt", "abc").string();
  EXPECT_NE(
      model_fault("name: n\nsweep: {batch_size: [8], model: [" + one + ", " + copy + "]}\n").find("is the same as"),
      std::string::npos);
}

TEST(ModelFile, ThatIsMissingIsNamedWithTheOneThatWasMeant) {
  const TemporaryFolder folder;
  folder.write("net.pt", "abc");
  const std::string path = (folder.path() / "nett.pt").string();
  EXPECT_EQ(model_fault(config_of(path)), "c.yaml:1:8: model: " + path +
                                              " cannot be read: No such file or directory (did you mean " +
                                              (folder.path() / "net.pt").string() +
                                              "?); allowed: a TorchScript file, as scripts/export-model writes it");
  EXPECT_NE(model_fault(config_of(folder.path() / "else.pt")).find("No such file or directory; allowed"),
            std::string::npos);
}

TEST(ModelFile, ThatIsAFolderIsRefused) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder.path() / "a.pt");
  EXPECT_NE(model_fault(config_of(folder.path() / "a.pt")).find("cannot be read: it is a folder; allowed:"),
            std::string::npos);
}

TEST(ModelFile, OfAnotherFormatIsRefusedByItsName) {
  for (const char* name : {"net.pth", "net.onnx", "folder/net", "net.pt2", "net.safetensors"})
    EXPECT_NE(
        model_fault(config_of(name)).find(std::string(name) + " does not end in .pt, as TorchScript files do here"),
        std::string::npos)
        << name;
}

// The names of files are no names of networks: "revnet.pt" recomputes nothing, and "vgg.pt" takes small images.
TEST(ModelFile, IsTakenAsItIs) {
  const TemporaryFolder folder;
  const std::string resnet = config_of(folder.write("resnet.pt", "abc"));
  EXPECT_TRUE(faults_of(resnet).empty());
  EXPECT_TRUE(faults_of("dataset.image_size: 16\n" + config_of(folder.write("vgg.pt", "abc"))).empty());
  const std::string why = " does not go with a network of your own, which is taken as it is; allowed: ";
  EXPECT_NE(model_fault("batch_norm: false\n" + resnet).find("batch_norm: false" + why + "true"), std::string::npos);
  for (const char* key : {"train.checkpointing", "train.zero_init_residual"})
    EXPECT_NE(model_fault(std::string(key) + ": true\n" + resnet).find(std::string(key) + ": true" + why + "false"),
              std::string::npos)
        << key;
}

}  // namespace
}  // namespace scalemark::config
