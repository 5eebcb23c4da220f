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
  EXPECT_EQ(fault("measure.stps=1"), Lines{"--set measure.stps=1: measure.stps: unknown key (did you mean "
                                           "measure.steps?); allowed in measure: warmup_steps, steps, repetitions, "
                                           "precision, most_repetitions, epochs, arms, evaluate, trace"});
  EXPECT_EQ(fault("quick=1"), Lines{"--set quick=1: quick: 1 is neither; allowed: true or false"});
  EXPECT_EQ(faults_of("name: n\nsweep: {batch_size: [8]}\n", {"quick=true"}),
            Lines{"--set quick=true: quick: the config has no quick block; allowed: false"});
  EXPECT_EQ(fault("train.precision=fp64"),
            Lines{"--set train.precision=fp64: train.precision: has no effect, because the "
                  "sweep sets it; allowed: sweep.train.precision=[...]"});
  EXPECT_EQ(fault("sweep.global_batch_size=[3]"),
            Lines{"--set sweep.global_batch_size=[3]: sweep.global_batch_size: 3 does not divide by 2 gpus; allowed: a "
                  "multiple of the gpus"});
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

}  // namespace
}  // namespace scalemark::config
