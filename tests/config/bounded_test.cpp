// Hostile and damaged configs end with an InputError, soon and without a crash.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

#include "config/config_files.h"
#include "config/text_check.h"

namespace scalemark::config {
namespace {

const std::string kEverySyntax = R"(name: base # comment
description: "quoted ${USER:-nobody} text"
device: cpu
dataset: {name: synthetic, path: "${DATA}", images: 4096, storage: {latency: 0ms}}
train:
  learning_rate: 5.0e-2
  precision: fp32
measure: &m {steps: 3, arms: [full, no_sync]}
limits: {memory: 16GiB, case_timeout: 10min}
sweep: {gpus: [1, 2], batch_size: [8, 16], train.momentum: [0, 0.9]}
cases:
  - {label: baseline, batch_size: 512}
  - label: ddp
    gpus: 2
    global_batch_size: 1500
quick: {dataset.images: 512, sweep: {batch_size: [8]}}
)";

TEST(Bounded, AliasBombsAreRefused) {
  std::string bomb = "name: n\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string alias = fmt::format("*a{}", i - 1);
    bomb += fmt::format("a{0}: &a{0} [", i);
    for (int j = 0; j < 10; ++j) bomb += (j == 0 ? "" : ", ") + alias;
    bomb += "]\n";
  }
  // a0 has 11 values (its list and 10 items); a1 111, a2 1111; a3 would add ten times that.
  const Lines faults = faults_of(bomb);
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_EQ(faults[0].rfind("c.yaml:5:", 0), 0u) << faults[0];
  EXPECT_NE(faults[0].find("too many values, aliases included; allowed: 10000"), std::string::npos);
}

TEST(Bounded, AliasesOfThemselvesAreRefused) {
  EXPECT_EQ(faults_of("name: &n [*n]\n"), Lines{"c.yaml:1:11: an alias refers to the value that it is part of"});
}

TEST(Bounded, NestingIsRefused) {
  for (const std::string open : {"[", "{a: ", "- ", "[{a: "}) {
    std::string deep;
    for (int i = 0; i < 100'000; ++i) deep += open;
    const Lines faults = faults_of(deep);
    ASSERT_EQ(faults.size(), 1u) << open;
    EXPECT_NE(faults[0].find("nested too deeply; allowed: 32 levels"), std::string::npos) << faults[0];
  }
}

TEST(Bounded, LongListsAndManyKeysAreRefused) {
  std::string many = "sweep: {batch_size: [";
  for (int i = 0; i < 20'000; ++i) many += "1, ";
  EXPECT_EQ(faults_of(many).size(), 1u);
  std::string keys;
  for (int i = 0; i < 20'000; ++i) keys += fmt::format("k{}: 1\n", i);
  EXPECT_EQ(faults_of(keys).size(), 1u);
}

/// Loads the config; anything but success or an InputError of well-formed lines fails the test.
void load_or_refuse(const std::filesystem::path& path, const Lines& overrides, const std::string& text) {
  try {
    const Experiment experiment = load_experiment(path, overrides, environment_of({{"DATA", "/data"}}));
    EXPECT_FALSE(experiment.cases.empty()) << text;
    for (const CaseConfig& built : experiment.cases) {
      EXPECT_GE(built.gpus, 1) << text;
      EXPECT_GE(built.batch_per_gpu, 1) << text;
      EXPECT_FALSE(built.id.empty()) << text;
    }
  } catch (const InputError& error) {
    std::istringstream lines(error.what());
    int count = 0;
    for (std::string line; std::getline(lines, line); ++count) {
      const bool placed = line.rfind(path.string() + ":", 0) == 0 || line.rfind("--set ", 0) == 0;
      EXPECT_TRUE(placed) << line;
      EXPECT_EQ(find_unprintable(line), std::nullopt) << line;
    }
    EXPECT_GT(count, 0) << text;
  }
}

const std::string kBytes = std::string(1, '\0') + "{}[]:,-#&*!|>'\"%@`?~ \n\t\r\x01\x04\x7f\xc3\xff.$<_0189aen";
const Lines kPieces{"${",
                    "}",
                    "<<: *m",
                    "*m",
                    "&m ",
                    ": ",
                    "- ",
                    "\n  ",
                    "010",
                    ".nan",
                    "-1",
                    "1e999",
                    "null",
                    "---\n",
                    "!!str ",
                    "? ",
                    "99999999999999999999",
                    "[]",
                    "{}",
                    "sweep.",
                    "\xe2\x82\xac"};

std::string mutated(std::string text, std::mt19937& random) {
  const auto below = [&](std::size_t count) { return count == 0 ? 0 : random() % count; };
  const std::size_t edits = 1 + below(4);
  for (std::size_t i = 0; i < edits; ++i) {
    const std::size_t at = below(text.size());
    switch (below(5)) {
      case 0:
        if (!text.empty()) text[at] = kBytes[below(kBytes.size())];
        break;
      case 1:
        text.insert(at, 1, kBytes[below(kBytes.size())]);
        break;
      case 2:
        text.erase(at, 1 + below(20));
        break;
      case 3:
        text.insert(at, kPieces[below(kPieces.size())]);
        break;
      default:
        text.insert(at, text.substr(below(text.size()), below(40)));
    }
  }
  return text;
}

TEST(Bounded, MutatedConfigsAreLoadedOrRefused) {
  const TemporaryFolder folder;
  std::mt19937 random(20240229);
  ASSERT_NO_THROW(load(kEverySyntax, {}, {{"DATA", "/data"}}));
  for (int i = 0; i < 600; ++i) {
    const std::string text = mutated(kEverySyntax, random);
    load_or_refuse(folder.write("m.yaml", text), {i % 3 == 0 ? "quick=true" : "measure.steps=4"}, text);
  }
}

TEST(Bounded, MutatedOverridesAreAppliedOrRefused) {
  const TemporaryFolder folder;
  const auto path = folder.write("m.yaml", kEverySyntax);
  std::mt19937 random(7);
  const Lines valid{"sweep.gpus=[1, 2]", "dataset={path: /x, images: 2000}", "cases=[{label: a, batch_size: 3}]",
                    "quick=true"};
  for (int i = 0; i < 300; ++i) {
    const std::string argument = mutated(valid[static_cast<std::size_t>(i) % valid.size()], random);
    load_or_refuse(path, {argument}, argument);
  }
}

TEST(Bounded, RandomBytesAreRefused) {
  const TemporaryFolder folder;
  std::mt19937 random(11);
  for (int i = 0; i < 200; ++i) {
    std::string text(1 + random() % 300, ' ');
    for (char& c : text) c = static_cast<char>(i % 2 == 0 ? random() % 256 : 32 + random() % 95);
    load_or_refuse(folder.write("r.yaml", text), {}, text);
  }
}

}  // namespace
}  // namespace scalemark::config
