// How keys are found: unknown, repeated and misplaced ones, and what the file as a whole must have.

#include <gtest/gtest.h>

#include "config/config_files.h"

namespace scalemark::config {
namespace {

const std::string kTopLevel =
    "name, description, template, device, model, batch_norm, dataset.*, train.*, nccl.*, loader.*, measure.*, "
    "limits.*, "
    "max_batch, "
    "sweep, "
    "cases, quick";
const std::string kSweepKeys =
    "gpus, batch_size, global_batch_size, device, model, batch_norm, dataset.*, train.*, nccl.*, loader.*, measure.*, "
    "limits.*, "
    "max_batch";
const std::string kTrainKeys =
    "mode, optimizer, learning_rate, learning_rate_scaling, momentum, weight_decay, decay_norms_and_biases, "
    "warmup_epochs, zero_init_residual, label_smoothing, sync_batch_norm, precision, "
    "schedule, "
    "checkpointing, "
    "accumulation, channels_last, cuda_graph, fused, cudnn_benchmark, keep_memory, bucket_mebibytes, bucket_fill, "
    "comm_hook, seed";

TEST(Structure, EveryFaultOfAFileIsReportedInOneGo) {
  const Lines faults = faults_of(R"(name: many
modl: resnet10
batch_norm: 7
train:
  precison: bf16
  mode: fast
  momentum: 010
  momentum: 0.5
sweep:
  gpus: [1, 0, 2]
  batch_size: [32, 32]
cases:
  - {label: a, gpus: 2, global_batch_size: 5}
  - {label: b, batch_size: "${X}"}
quick: {sweep: {batchsize: [8]}}
)",
                                 {"measure.steps=0"});
  const Lines expected{
      "c.yaml:2:1: modl: unknown key (did you mean model?); allowed: " + kTopLevel,
      "c.yaml:3:13: batch_norm: 7 is neither; allowed: true or false",
      "c.yaml:5:3: train.precison: unknown key (did you mean train.precision?); allowed in train: " + kTrainKeys,
      "c.yaml:6:9: train.mode: fast is not known; allowed: ddp, single, data_parallel",
      "c.yaml:7:13: train.momentum: 010 has a leading zero; allowed: a number >= 0 and < 1",
      "c.yaml:8:3: train.momentum: is given twice, first at c.yaml:7:3; allowed: once",
      "c.yaml:10:13: sweep.gpus: 0 is out of range; allowed: an integer from 1 to 65536",
      "c.yaml:11:20: sweep.batch_size: 32 is listed twice; allowed: once",
      "c.yaml:13:44: cases[0].global_batch_size: 5 is not divisible by 2 gpus; allowed: a multiple of the gpus",
      "c.yaml:14:28: cases[1].batch_size: the environment variable X is not set; set it, or write ${X:-default}",
      "c.yaml:15:17: quick.sweep.batchsize: unknown key (did you mean batch_size?); allowed: " + kSweepKeys,
      "--set measure.steps=0: measure.steps: 0 is out of range; allowed: an integer from 1 to 1000000",
  };
  EXPECT_EQ(faults, expected);
}

TEST(Structure, DottedKeysAndNestedMapsMeanTheSame) {
  const Experiment nested = load("name: n\ntrain: {seed: 3, mode: ddp}\nsweep: {gpus: [1, 2], batch_size: [8]}\n");
  const Experiment dotted =
      load("name: n\ntrain.mode: ddp\ntrain.seed: 3\nsweep.gpus: [1, 2]\nsweep.batch_size: [8]\n");
  EXPECT_EQ(nested.hash, dotted.hash);
  EXPECT_EQ(nested.cases[0].train.seed, 3u);
}

TEST(Structure, AKeyIsGivenOnceHoweverItIsWritten) {
  EXPECT_EQ(faults_of("name: n\ntrain: {seed: 3}\ntrain.seed: 4\nsweep: {batch_size: [8]}\n"),
            Lines{"c.yaml:3:1: train.seed: is given twice, first at c.yaml:2:9; allowed: once"});
  EXPECT_EQ(faults_of("name: n\ntrain: {seed: 3}\ntrain: {mode: ddp}\nsweep: {batch_size: [8]}\n"),
            Lines{"c.yaml:3:1: train: is given twice, first at c.yaml:2:1; allowed: once"});
  EXPECT_EQ(faults_of("name: n\nsweep: {batch_size: [8]}\nsweep.batch_size: [9]\n"),
            Lines{"c.yaml:3:1: sweep.batch_size: is given twice; allowed: once"});
}

TEST(Structure, MisplacedKeysSayWhereTheyBelong) {
  const std::string rest = "name: n\nsweep: {batch_size: [8]}\n";
  EXPECT_EQ(faults_of(rest + "gpus: 2\n"),
            Lines{"c.yaml:3:1: gpus: cannot be set at the top level; allowed in: sweep or cases"});
  EXPECT_EQ(faults_of("name: n\nsweep: {batch_size: [8], label: [a]}\n"),
            Lines{"c.yaml:2:26: sweep.label: cannot be set in sweep; allowed in: cases"});
  EXPECT_EQ(faults_of("name: n\ncases: [{batch_size: 8, description: x}]\n"),
            Lines{"c.yaml:2:25: cases[0].description: cannot be set in cases; allowed in: the top level"});
  EXPECT_EQ(faults_of(rest + "learning_rate: 1\n"),
            Lines{"c.yaml:3:1: learning_rate: unknown key (did you mean train.learning_rate?); allowed: " + kTopLevel});
}

TEST(Structure, NameAndCasesMustBeGiven) {
  EXPECT_EQ(
      faults_of("model: resnet10\n"),
      (Lines{"c.yaml:1:1: name: is missing; allowed: up to 64 letters, digits, '.', '_' and '-', not beginning with "
             "'.' or '-'",
             "c.yaml:1:1: sweep: is missing; allowed: sweep or cases, such as sweep: {gpus: [1, 2], batch_size: "
             "[32]}"}));
  EXPECT_EQ(faults_of("name: n\nsweep: {}\n"),
            Lines{"c.yaml:2:8: sweep: the map is empty; allowed: a map of lists, such as gpus: [1, 2]"});
  EXPECT_EQ(faults_of("name: n\nsweep: [1]\n"),
            Lines{"c.yaml:2:8: sweep: a list is given; allowed: a map of lists, such as gpus: [1, 2]"});
  EXPECT_EQ(faults_of("name: n\nsweep: {gpus: [1, 2]}\n"),
            Lines{"c.yaml:2:1: sweep: has no batch size; allowed: one of batch_size, global_batch_size"});
  EXPECT_EQ(
      faults_of("name: n\nsweep: {batch_size: []}\n"),
      Lines{"c.yaml:2:21: sweep.batch_size: the list is empty; allowed: a list of values, each an integer from 1 to "
            "16777216"});
  EXPECT_EQ(
      faults_of("name: n\ncases: []\n"),
      Lines{"c.yaml:2:8: cases: the list is empty; allowed: a list of maps, such as {label: baseline, batch_size: "
            "64}"});
  EXPECT_EQ(faults_of("name: n\ncases: [7, {gpus: 2}]\n"),
            (Lines{"c.yaml:2:9: cases[0]: 7 is given; allowed: a map such as {label: baseline, batch_size: 64}",
                   "c.yaml:2:12: cases[1]: has no batch size; allowed: one of batch_size, global_batch_size"}));
}

TEST(Structure, MergeKeysAreRefused) {
  EXPECT_EQ(faults_of("name: n\nsweep: {batch_size: [8]}\nloader: &l {workers: 1}\nmeasure:\n  <<: *l\n"),
            Lines{"c.yaml:5:3: measure.<<: merge keys are not supported; write the keys out"});
}

TEST(Structure, AliasesAreFilledIn) {
  const Experiment experiment =
      load("name: n\nmeasure: {steps: &n 3, warmup_steps: *n}\nsweep: {batch_size: [8, *n]}\n");
  EXPECT_EQ(experiment.cases.at(1).batch_per_gpu, 3);
  EXPECT_EQ(experiment.cases.at(1).measure.warmup_steps, 3);
}

TEST(Structure, AFaultInAnAliasStandsWhereItIsUsed) {
  EXPECT_EQ(faults_of("name: n\nmeasure: {steps: &n 3}\nbatch_norm: *n\nsweep: {batch_size: [8]}\n"),
            Lines{"c.yaml:3:13: batch_norm: 3 is neither; allowed: true or false"});
}

TEST(Structure, KeysAreText) {
  EXPECT_EQ(faults_of("name: n\n? [a]\n: 1\nsweep: {batch_size: [8]}\n"),
            Lines{"c.yaml:2:3: a key is no text; allowed: a name"});
}

}  // namespace
}  // namespace scalemark::config
