// Files that are no config at all.

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "config/config_files.h"

namespace scalemark::config {
namespace {

constexpr std::size_t kMebibyte = 1 << 20;

std::string message_of(const std::filesystem::path& path) {
  try {
    load_experiment(path);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(ConfigFile, MustBeARegularFileOfModestSize) {
  const TemporaryFolder folder;
  const std::string start = folder.path().string();
  EXPECT_EQ(message_of(folder.path() / "no.yaml"),
            start + "/no.yaml: there is no such config file; scalemark list configs shows those at hand");
  EXPECT_EQ(message_of(folder.path()), start + ": is a folder; give a config file");
  ASSERT_EQ(mkfifo((folder.path() / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(message_of(folder.path() / "pipe"), start + "/pipe: is no regular file; give a config file");
  const auto huge = folder.write("huge.yaml", std::string(kMebibyte + 1, '#'));
  EXPECT_EQ(message_of(huge), huge.string() + ": is larger than 1 MiB: is it a config file?");
}

TEST(ConfigFile, ThatIsMissingIsLookedForUnderANearName) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder.path() / "configs");
  folder.write("configs/quickstart.yaml", "name: n\n");
  const std::string meant = "did you mean " + (folder.path() / "configs/quickstart.yaml").string() + "?";
  EXPECT_NE(message_of(folder.path() / "quickstart").find(meant), std::string::npos);
  EXPECT_NE(message_of(folder.path() / "quikstart.yaml").find(meant), std::string::npos);
  EXPECT_NE(message_of(folder.path() / "configs/quickstrat.yaml").find(meant), std::string::npos);
}

TEST(ConfigFile, ThatIsAResultFileSaysWhatReadsIt) {
  const TemporaryFolder folder;
  const auto path = folder.write("r.h5", "\x89HDF\r\n");
  EXPECT_EQ(message_of(path), path.string() + ": is a result file, not a config; scalemark report reads it");
}

TEST(ConfigFile, OfAFolderOfImagesNeedNotCountTheClasses) {
  const TemporaryFolder folder;
  for (const char* name : {"train/cat", "train/dog", "train/owl", "train/.hidden"})
    std::filesystem::create_directories(folder.path() / name);
  const std::string start =
      "name: n\nsweep: {batch_size: [8]}\ndataset: {name: image-folder, path: " + folder.path().string();
  EXPECT_EQ(load(start + "}\n").cases[0].dataset.classes, 3);
  EXPECT_EQ(load(start + ", classes: 7}\n").cases[0].dataset.classes, 7)
      << "what is given is checked against the folders later";
  EXPECT_NE(load(start + "}\n").resolved_yaml.find("classes: 3"), std::string::npos);
  EXPECT_EQ(load("name: n\nsweep: {batch_size: [8]}\ndataset: {name: image-folder, path: /nonexistent}\n")
                .cases[0]
                .dataset.classes,
            10);
}

TEST(ConfigFile, OfOneMebibyteIsRead) {
  const std::string text = "name: n\nsweep: {batch_size: [8]}\n#";
  EXPECT_EQ(load(text + std::string(kMebibyte - text.size(), 'x')).name, "n");
}

TEST(ConfigFile, TabsAndCarriageReturnsThatBreakItAreNamed) {
  const std::string tab = "a tab in the indentation; allowed: spaces";
  const std::string carriage_return = "a carriage return without a line feed; allowed: lines that end in LF or CRLF";
  EXPECT_EQ(faults_of("name: n\n\tmodel: resnet10\n"), Lines{"c.yaml:2:1: " + tab});
  EXPECT_EQ(faults_of("name: n\nsweep:\n\tbatch_size: [1]\n"), Lines{"c.yaml:3:1: " + tab});
  EXPECT_EQ(faults_of("name: n\nsweep:\n  gpus: [1]\n \tbatch_size: [2]\n"), Lines{"c.yaml:4:2: " + tab});
  EXPECT_EQ(faults_of("name: n\rmodel: resnet10\r"), Lines{"c.yaml:1:8: " + carriage_return});
  EXPECT_EQ(faults_of("name: n\r\nmodel: resnet10\rseed: {\r\n"), Lines{"c.yaml:2:16: " + carriage_return});
  EXPECT_EQ(faults_of("name: n\nsweep:\n-\tgpus: [1]\n"), Lines{"c.yaml:3:2: " + tab});
  // Else the model would belong to the comment, and the default be measured.
  EXPECT_EQ(faults_of("name: n\n# small\rmodel: resnet10\nsweep: {gpus: [1]}\n"),
            Lines{"c.yaml:2:8: " + carriage_return});
  EXPECT_EQ(faults_of("name: n\nmodel: resnet10\r\r\n"), Lines{"c.yaml:2:16: " + carriage_return});
}

TEST(ConfigFile, TabsAndCarriageReturnsInPlaceAreNoFaults) {
  EXPECT_EQ(load("name:\tn\r\nsweep: {\r\n\tbatch_size: [8]}\t# eight\r\n").cases.size(), 1u);
  EXPECT_EQ(faults_of("name: n\r\nsweep: {\r\n\tbatch_size: [8]}\r\nmodel: [\r\n"),
            Lines{"c.yaml:5:1: not valid YAML: end of sequence flow not found"});
}

TEST(ConfigFile, BrokenYamlIsReportedWithItsPlace) {
  EXPECT_EQ(faults_of("name: n\nsweep: {gpus: [1\n"),
            Lines{"c.yaml:3:1: not valid YAML: end of sequence flow not found"});
  EXPECT_EQ(faults_of("name: n\nmodel: *nowhere\n"),
            Lines{"c.yaml:2:8: not valid YAML: the referenced anchor is not defined"});
  EXPECT_EQ(
      faults_of("name: n\ndataset: {path: ${HOME}}\n"),
      Lines{"c.yaml:2:18: not valid YAML: end of map flow not found; inside {...} or [...] put \"${NAME}\" in quotes"});
  EXPECT_EQ(faults_of("name: n\n---\nname: m\n"),
            Lines{"c.yaml:2:1: a second YAML document starts here; allowed: one"});
}

TEST(ConfigFile, MustHoldAMapOfText) {
  EXPECT_EQ(faults_of(""), Lines{"c.yaml:1:1: holds no value"});
  EXPECT_EQ(faults_of("# nothing\n"), Lines{"c.yaml:1:1: holds no value"});
  EXPECT_EQ(faults_of("just text\n"), Lines{"c.yaml:1:1: just text is given; allowed: a map of keys"});
  EXPECT_EQ(faults_of("- 1\n"), Lines{"c.yaml:1:1: a list is given; allowed: a map of keys"});
  const std::string no_text = "a byte that is no text; allowed: UTF-8 without control characters";
  EXPECT_EQ(faults_of("name: n\nmodel: \x04\n"),
            Lines{"c.yaml:2:8: " + no_text});  // yaml-cpp's mark for the end of a file
  EXPECT_EQ(faults_of(std::string("name: n\0", 8)), Lines{"c.yaml:1:8: " + no_text});
  for (const char* bad : {"\xff", "\xc0\xaf", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xc3", "\xc3("}) {
    EXPECT_EQ(faults_of(std::string("# ") + bad), Lines{"c.yaml:1:3: " + no_text});
  }
}

TEST(ConfigFile, MayHoldAnyLanguageAndWindowsLineEnds) {
  const Experiment experiment = load(
      "\xef\xbb\xbfname: n\r\ndescription: \xe6\xb5\x8b\xe9\x87\x8f \xf0\x9f\x9a\x80\r\nsweep: {batch_size: [8]}\r\n");
  EXPECT_EQ(experiment.description, "\xe6\xb5\x8b\xe9\x87\x8f \xf0\x9f\x9a\x80");
}

}  // namespace
}  // namespace scalemark::config
