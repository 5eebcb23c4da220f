#include <gtest/gtest.h>

#include "config/config_files.h"

namespace scalemark::config {
namespace {

const std::string kSweepWithQuick = R"(name: base
dataset: {name: synthetic, images: all}
sweep: {train.precision: [fp32, bf16], gpus: [1, 2], batch_size: [64]}
quick: {dataset.images: 512, measure: {steps: 2}, sweep: {gpus: [1], batch_size: [8, 16]}}
)";

TEST(Override, ChangesSettingsAndAxes) {
  const Experiment experiment =
      load(kSweepWithQuick, {"sweep.gpus=[4]", "measure.steps=9", "name=other", "dataset={path: /x, classes: 7}"});
  EXPECT_EQ(experiment.name, "other");
  EXPECT_EQ(ids_of(experiment), (Lines{"precision=fp32", "precision=bf16"}));
  EXPECT_EQ(experiment.cases[0].gpus, 4);
  EXPECT_EQ(experiment.cases[0].measure.steps, 9);
  EXPECT_EQ(experiment.cases[0].dataset.path, "/x");
  EXPECT_EQ(experiment.cases[0].dataset.classes, 7);
}

TEST(Override, TheLastOneCounts) {
  EXPECT_EQ(load(kSweepWithQuick, {"measure.steps=9", "measure.steps=11"}).cases[0].measure.steps, 11);
}

TEST(Override, AddsAndReplacesSweepAndCases) {
  EXPECT_EQ(load("name: n\n", {"sweep.batch_size=[8]"}).cases.size(), 1u);
  const Experiment cases = load(kSweepWithQuick, {"cases=[{label: a, batch_size: 3}]"});
  EXPECT_EQ(cases.cases.size(), 5u);
  EXPECT_EQ(cases.cases.back().id, "a");
}

TEST(Override, OfOneBatchSizeReplacesTheOther) {
  const Experiment experiment = load(kSweepWithQuick, {"sweep.global_batch_size=[64]"});
  ASSERT_EQ(experiment.cases.size(), 4u);
  EXPECT_EQ(experiment.cases[1].gpus, 2);
  EXPECT_EQ(experiment.cases[1].batch_per_gpu, 32);
  EXPECT_TRUE(experiment.cases[1].global_batch_fixed);
  EXPECT_EQ(ids_of(load(kSweepWithQuick, {"quick=true", "sweep.global_batch_size=[64]"})),
            (Lines{"precision=fp32", "precision=bf16"}));
}

TEST(Override, QuickIsLaidOverTheFileBeforeTheOthers) {
  for (const auto& overrides : {Lines{"quick=true", "measure.steps=5"}, Lines{"measure.steps=5", "quick=true"}}) {
    const Experiment experiment = load(kSweepWithQuick, overrides);
    EXPECT_EQ(ids_of(experiment), (Lines{"batch_size=8,precision=fp32", "batch_size=16,precision=fp32",
                                         "batch_size=8,precision=bf16", "batch_size=16,precision=bf16"}));
    EXPECT_EQ(experiment.cases[0].dataset.images, 512);
    EXPECT_EQ(experiment.cases[0].measure.steps, 5);
  }
  EXPECT_EQ(load(kSweepWithQuick, {"quick=false"}).hash, load(kSweepWithQuick).hash);
  EXPECT_EQ(load(kSweepWithQuick, {"quick=true", "quick=false"}).hash, load(kSweepWithQuick).hash);
}

TEST(Override, FaultsNameTheArgument) {
  const auto fault = [](const std::string& argument) { return faults_of(kSweepWithQuick, {argument}); };
  EXPECT_EQ(fault("sweep.gpus=3"),
            Lines{"--set sweep.gpus=3: sweep.gpus: 3 is given; allowed: a list of values, each an "
                  "integer from 1 to 65536"});
  EXPECT_EQ(fault("nonsense"), Lines{"--set nonsense: names no key; allowed: KEY=VALUE, such as train.precision=bf16"});
  EXPECT_EQ(fault("=3"), Lines{"--set =3: names no key; allowed: KEY=VALUE, such as train.precision=bf16"});
  EXPECT_EQ(
      fault("measure.steps="),
      Lines{"--set measure.steps=: measure.steps: has no value; allowed: KEY=VALUE (KEY='\"\"' for an empty text)"});
  EXPECT_EQ(fault("measure.steps=[1"), Lines{"--set measure.steps=[1: not valid YAML: end of sequence flow not found"});
  EXPECT_EQ(fault("measure.stps=1"),
            Lines{"--set measure.stps=1: measure.stps: unknown key (did you mean "
                  "measure.steps?); allowed in measure: warmup_steps, steps, repetitions, "
                  "precision, most_repetitions, epochs, arms, evaluate, trace, target.*, seeds"});
  EXPECT_EQ(fault("quick=1"), Lines{"--set quick=1: quick: 1 is neither; allowed: true or false"});
  EXPECT_EQ(faults_of("name: n\nsweep: {batch_size: [8]}\n", {"quick=true"}),
            Lines{"--set quick=true: quick: the config has no quick block; allowed: false"});
  EXPECT_EQ(fault("train.precision=fp64"),
            Lines{"--set train.precision=fp64: train.precision: has no effect, because the "
                  "sweep sets it; allowed: sweep.train.precision=[...]"});
  EXPECT_EQ(fault("sweep.global_batch_size=[3]"),
            Lines{"--set sweep.global_batch_size=[3]: sweep.global_batch_size: 3 is not divisible by 2 gpus; "
                  "allowed: a multiple of the gpus"});
}

TEST(Override, SpacesAroundTheKeyAreNoPartOfIt) {
  EXPECT_EQ(load(kSweepWithQuick, {"measure.steps = 5"}).cases[0].measure.steps, 5);
  EXPECT_EQ(load(kSweepWithQuick, {"quick = true"}).cases.size(), 4u);
  EXPECT_EQ(faults_of(kSweepWithQuick, {"measure.steps"}),
            Lines{"--set measure.steps: has no value; allowed: KEY=VALUE in one word, as --set measure.steps=VALUE"});
}

TEST(Override, OfTheSweepIsSuggestedAsItIsWritten) {
  const auto fault = [](const std::string& argument) { return faults_of(kSweepWithQuick, {argument}).front(); };
  EXPECT_NE(fault("sweep.train.presicion=[fp16]").find("did you mean sweep.train.precision?"), std::string::npos);
  EXPECT_EQ(fault("sweep.train.foo=[1]").find("did you mean"), std::string::npos);
  EXPECT_NE(fault("batchsize=4").find("did you mean batch_size, in sweep or cases?"), std::string::npos);
  EXPECT_NE(fault("datset={classes: 3}").find("did you mean dataset?"), std::string::npos);
}

TEST(Override, InAFileQuickIsAMap) {
  EXPECT_EQ(faults_of("name: n\nsweep: {batch_size: [8]}\nquick: true\n"),
            Lines{"c.yaml:3:8: quick: true is given; allowed: a map of keys"});
}

TEST(Override, AnEmptyTextCanBeGiven) {
  EXPECT_EQ(load(kSweepWithQuick, {"dataset.path=\"\""}).cases[0].dataset.path, "");
}

/// A config and the overlays that are laid over it, in one folder.
class Overlay : public testing::Test {
 protected:
  std::string overlay(const std::string& name, const std::string& text) const {
    return "@" + folder_.write(name, text).string();
  }

  Experiment load(const Lines& overrides) const {
    return load_experiment(folder_.write("c.yaml", kSweepWithQuick), overrides, environment_of({}));
  }

  Lines faults(const Lines& overrides) const {
    try {
      load(overrides);
    } catch (const InputError& error) {
      Lines lines;
      std::istringstream message(error.what());
      const std::string start = folder_.path().string() + "/";
      for (std::string line; std::getline(message, line);)
        lines.push_back(line.starts_with(start) ? line.substr(start.size()) : line);
      return lines;
    }
    return {};
  }

 private:
  TemporaryFolder folder_;
};

TEST_F(Overlay, IsLaidOverTheConfigInTheOrderOfTheCommand) {
  const std::string best = overlay("best.yaml", "train: {bucket_mebibytes: 5}\nloader.workers: 3\n");
  const std::string other = overlay("other.yaml", "loader: {workers: 4}\nsweep: {gpus: [4]}\n");
  const Experiment both = load({best, other});
  EXPECT_EQ(both.cases[0].train.bucket_mebibytes, 5);
  EXPECT_EQ(both.cases[0].loader.workers, 4);
  EXPECT_EQ(both.cases[0].gpus, 4);
  EXPECT_EQ(load({other, best}).cases[0].loader.workers, 3);
  EXPECT_EQ(load({best, "loader.workers=6"}).cases[0].loader.workers, 6);
  EXPECT_EQ(load({"loader.workers=6", best}).cases[0].loader.workers, 3);
}

TEST_F(Overlay, SaysTheSameAsTheSettingsThatItHolds) {
  const std::string best = overlay("best.yaml", "# a comment\ntrain.bucket_mebibytes: 5\n");
  EXPECT_EQ(load({best}).hash, load({"train.bucket_mebibytes=5"}).hash);
  EXPECT_EQ(load({best}).resolved_yaml, load({"train.bucket_mebibytes=5"}).resolved_yaml);
  EXPECT_NE(load({best}).hash, load({}).hash);
  EXPECT_EQ(load({"quick=true", best}).cases[0].dataset.images, 512);
}

TEST_F(Overlay, FaultsNameItsFileAndLine) {
  const Lines slip = faults({overlay("a.yaml", "train:\n  buckt_mebibytes: 5\n")});
  ASSERT_EQ(slip.size(), 1u);
  EXPECT_TRUE(slip[0].starts_with("a.yaml:2:3: train.buckt_mebibytes: unknown key (did you mean ")) << slip[0];
  const Lines two = faults({overlay("a.yaml", "\nloader.workers: many\n"), overlay("b.yaml", "train.seed: -1\n")});
  ASSERT_EQ(two.size(), 2u);
  EXPECT_TRUE(two[0].starts_with("a.yaml:2:17: loader.workers: many ")) << two[0];
  EXPECT_TRUE(two[1].starts_with("b.yaml:1:13: train.seed: -1 ")) << two[1];
  EXPECT_EQ(faults({overlay("a.yaml", "\n\ntrain.precision: bf16\n")}),
            Lines{"a.yaml:3:18: train.precision: has no effect, because the sweep sets it; allowed: "
                  "sweep.train.precision: [...]"});
}

TEST_F(Overlay, IsNoWholeConfig) {
  const Lines two = faults({overlay("a.yaml", kSweepWithQuick)});
  ASSERT_EQ(two.size(), 1u);
  EXPECT_TRUE(two.front().starts_with("a.yaml:1:1: two configs are given")) << two.front();
  EXPECT_EQ(faults({overlay("a.yaml", "name: n\ncases: [{batch_size: 2}]\n")}).size(), 1u);
  EXPECT_EQ(faults({overlay("a.yaml", "measure.steps: 3\nquick: {measure.steps: 2}\n")}),
            Lines{"a.yaml:2:1: quick: belongs to a whole config; allowed: in an overlay, the keys themselves"});
  EXPECT_EQ(load({overlay("a.yaml", "name: other\n")}).name, "other");
}

TEST_F(Overlay, NeedsAFile) {
  EXPECT_EQ(faults({"@"}), Lines{"--set @: names no file; allowed: @FILE.yaml, a file that says what is different"});
}

}  // namespace
}  // namespace scalemark::config
