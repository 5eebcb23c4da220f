// What a single key may be: every line of the table is one value and the fault that it must give.

#include <gtest/gtest.h>

#include "config/config_files.h"

namespace scalemark::config {
namespace {

struct BadValue {
  std::string line;   ///< the first line of the config
  std::string fault;  ///< expected after "c.yaml:"
};

void PrintTo(const BadValue& bad, std::ostream* out) { *out << bad.line; }

class BadValueTest : public testing::TestWithParam<BadValue> {};

TEST_P(BadValueTest, IsReportedWithItsPlaceAndWhatIsAllowed) {
  EXPECT_EQ(faults_of(GetParam().line + kRest), Lines{"c.yaml:" + GetParam().fault});
}

INSTANTIATE_TEST_SUITE_P(
    IllTyped, BadValueTest,
    testing::Values(
        BadValue{"batch_norm: yes", "1:13: batch_norm: yes is neither; allowed: true or false"},
        BadValue{"batch_norm: 'true'",
                 "1:13: batch_norm: \"true\" is text because of its quotes; allowed: true or false"},
        BadValue{"batch_norm: ", "1:1: batch_norm: no value is given; allowed: true or false"},
        BadValue{"batch_norm: ~", "1:1: batch_norm: no value is given; allowed: true or false"},
        BadValue{"batch_norm: {a: 1}", "1:13: batch_norm: a map is given; allowed: true or false"},
        BadValue{"train: 3",
                 "1:8: train: 3 is given; allowed: a map of mode, optimizer, learning_rate, learning_rate_scaling, "
                 "momentum, "
                 "weight_decay, decay_norms_and_biases, warmup_epochs, zero_init_residual, label_smoothing, "
                 "sync_batch_norm, "
                 "precision, "
                 "schedule, checkpointing, accumulation, channels_last, "
                 "cuda_graph, fused, "
                 "cudnn_benchmark, keep_memory, bucket_mebibytes, bucket_fill, comm_hook, seed"},
        BadValue{"loader: [1]", "1:9: loader: a list is given; allowed: a map of workers, prefetch, pinned"},
        BadValue{"train.precision: [fp32, bf16]",
                 "1:18: train.precision: a list is given; allowed: fp64, fp32, tf32, fp16, bf16"},
        BadValue{"description: [a]", "1:14: description: a list is given; allowed: text of at most 10000 bytes"},
        BadValue{"dataset.path: \"a\\nb\"",
                 "1:15: dataset.path: the text has several lines; allowed: text of at most 4096 bytes on one line"},
        BadValue{"dataset.path: \"a\\0b\"",
                 "1:15: dataset.path: the text holds a control character; allowed: text of at most 4096 bytes on one "
                 "line"},
        BadValue{"measure.arms: full",
                 "1:15: measure.arms: full is given; allowed: a list of full, no_sync, comm_only, cached_input, bare"},
        BadValue{
            "measure.arms: []",
            "1:15: measure.arms: the list is empty; allowed: a list of full, no_sync, comm_only, cached_input, bare"},
        BadValue{"measure.arms: [full, full]",
                 "1:15: measure.arms: full is listed twice; allowed: a list of full, no_sync, comm_only, cached_input, "
                 "bare"},
        BadValue{"measure.steps: !!int 3", "1:16: YAML tags are not allowed; remove tag:yaml.org,2002:int"}));

INSTANTIATE_TEST_SUITE_P(
    Numbers, BadValueTest,
    testing::Values(
        BadValue{"measure.steps: 010",
                 "1:16: measure.steps: 010 has a leading zero; allowed: an integer from 1 to 1000000"},
        BadValue{"measure.steps: -010",
                 "1:16: measure.steps: -010 has a leading zero; allowed: an integer from 1 to 1000000"},
        BadValue{"measure.steps: 0x10",
                 "1:16: measure.steps: 0x10 is not an integer; allowed: an integer from 1 to 1000000"},
        BadValue{"measure.steps: 1_0",
                 "1:16: measure.steps: 1_0 is not an integer; allowed: an integer from 1 to 1000000"},
        BadValue{"measure.steps: 1e3",
                 "1:16: measure.steps: 1e3 is not an integer; allowed: an integer from 1 to 1000000"},
        BadValue{"measure.steps: 5.0",
                 "1:16: measure.steps: 5.0 is not an integer; allowed: an integer from 1 to 1000000"},
        BadValue{"measure.steps: 0", "1:16: measure.steps: 0 is out of range; allowed: an integer from 1 to 1000000"},
        BadValue{"measure.steps: -1", "1:16: measure.steps: -1 is out of range; allowed: an integer from 1 to 1000000"},
        BadValue{"measure.steps: 99999999999999999999",
                 "1:16: measure.steps: 99999999999999999999 is out of range; allowed: an integer from 1 to 1000000"},
        BadValue{"measure.steps: \"5\"",
                 "1:16: measure.steps: \"5\" is text because of its quotes; allowed: an integer from 1 to 1000000"},
        BadValue{"train.learning_rate: .nan",
                 "1:22: train.learning_rate: .nan is not a number; allowed: a number >= 0 and <= 1000"},
        BadValue{"train.learning_rate: nan",
                 "1:22: train.learning_rate: nan is not a number; allowed: a number >= 0 and <= 1000"},
        BadValue{"train.learning_rate: inf",
                 "1:22: train.learning_rate: inf is not a number; allowed: a number >= 0 and <= 1000"},
        BadValue{"train.learning_rate: 1e999",
                 "1:22: train.learning_rate: 1e999 is out of range; allowed: a number >= 0 and <= 1000"},
        BadValue{"train.learning_rate: -0.1",
                 "1:22: train.learning_rate: -0.1 is out of range; allowed: a number >= 0 and <= 1000"},
        BadValue{"train.learning_rate: 00.1",
                 "1:22: train.learning_rate: 00.1 has a leading zero; allowed: a number >= 0 and <= 1000"},
        BadValue{"train.learning_rate: 0.1x",
                 "1:22: train.learning_rate: 0.1x is not a number; allowed: a number >= 0 and <= 1000"},
        BadValue{"train.momentum: 1", "1:17: train.momentum: 1 is out of range; allowed: a number >= 0 and < 1"},
        BadValue{"train.bucket_mebibytes: 0",
                 "1:25: train.bucket_mebibytes: 0 is out of range; allowed: a number > 0 and <= 65536"},
        BadValue{"limits.memory: 0",
                 "1:16: limits.memory: 0 is out of range; allowed: none, or a size such as 16GiB, 500MB or 4096"},
        BadValue{
            "limits.memory: 010GiB",
            "1:16: limits.memory: 010GiB has a leading zero; allowed: none, or a size such as 16GiB, 500MB or 4096"},
        BadValue{
            "limits.case_timeout: 5",
            "1:22: limits.case_timeout: 5 is not a duration; allowed: a duration such as 90s, 10min or 1.5h, up to "
            "2592000s"},
        BadValue{
            "limits.case_timeout: auto",
            "1:22: limits.case_timeout: auto is not a duration; allowed: a duration such as 90s, 10min or 1.5h, up "
            "to 2592000s"}));

const std::string kModels =
    "resnet10, resnet18, resnet19, resnet34, resnet50, resnet101, resnet152, wide_resnet50_2, resnet18-adjusted, "
    "resnet34-adjusted, resnet50-adjusted, revnet-3-3-3, revnet-5-5-5, revnet-9-9-9, revnet-18-18-18, vgg16, vgg16_bn, "
    "mobilenet_v2, or the path of a TorchScript file that ends in .pt";
INSTANTIATE_TEST_SUITE_P(
    Names, BadValueTest,
    testing::Values(
        BadValue{"model: resnet81", "1:8: model: resnet81 is not known (did you mean resnet18?); allowed: " + kModels},
        BadValue{"model: transformer", "1:8: model: transformer is not known; allowed: " + kModels},
        BadValue{
            "train.schedule: onecycle",
            "1:17: train.schedule: onecycle is not known (did you mean one_cycle?); allowed: constant, step, cosine, "
            "one_cycle"},
        BadValue{"device: gpu", "1:9: device: gpu is not known (did you mean cuda?); allowed: auto, cuda, cpu"},
        BadValue{"train.channels_last: maybe",
                 "1:22: train.channels_last: maybe is not known; allowed: auto, true, false"},
        BadValue{"train.keep_memory: true", "1:20: train.keep_memory: true is not known; allowed: auto, false"},
        BadValue{"nccl: {max_ctas: 65}",
                 "1:18: nccl.max_ctas: 65 is out of range; allowed: auto, or an integer from 1 to 64"},
        BadValue{"nccl.algo: rings",
                 "1:12: nccl.algo: rings is not known (did you mean ring?); allowed: auto, ring, tree, collnetdirect, "
                 "collnetchain, nvls, nvlstree"},
        BadValue{"nccl.proto: LL",
                 "1:13: nccl.proto: LL is not known (did you mean ll?); allowed: auto, ll, ll128, simple"}));

TEST(Values, ThatAreTheOnlyOnesAvailableAreAccepted) {
  const Experiment experiment = load(R"(
name: n
dataset: {augmentation: none, resident: auto, on_error: fail, storage: {latency: 0ms, bandwidth: 0, jitter: 0s}}
train: {accumulation: 1, cuda_graph: false, fused: auto, keep_memory: false, comm_hook: bf16,
        bucket_fill: views}
measure: {trace: none}
sweep: {batch_size: [8]}
)");
  ASSERT_EQ(experiment.cases.size(), 1u);
  EXPECT_EQ(experiment.cases[0].train.cuda_graph, Switch::kOff);
  EXPECT_EQ(experiment.cases[0].train.fused, Switch::kAuto);
  EXPECT_EQ(experiment.cases[0].train.keep_memory, KeepMemory::kNever);
  EXPECT_EQ(experiment.cases[0].train.comm_hook, CommHook::kBf16);
  EXPECT_EQ(experiment.cases[0].train.bucket_fill, BucketFill::kViews);
}

TEST(Values, OfTheInputPipelineReachTheCase) {
  const Experiment experiment = load(R"(
name: n
dataset: {name: tiny-imagenet, augmentation: pad-crop-flip, on_error: skip,
          storage: {latency: 10ms, bandwidth: 500MB/s, jitter: 2.5ms}}
loader: {workers: auto}
sweep: {batch_size: [8]}
)");
  const CaseConfig& c = experiment.cases.at(0);
  EXPECT_EQ(c.dataset.augmentation, Augmentation::kPadCropFlip);
  EXPECT_EQ(c.dataset.on_error, OnError::kSkip);
  EXPECT_EQ(c.dataset.storage_latency_seconds, 0.01);
  EXPECT_EQ(c.dataset.storage_jitter_seconds, 0.0025);
  EXPECT_EQ(c.dataset.storage_bandwidth_bytes_per_second, 500'000'000);
  EXPECT_TRUE(c.loader.workers_auto);
  EXPECT_EQ(load(experiment.resolved_yaml).hash, experiment.hash);
}

const std::string kEverything = R"(
name: everything
description: >
  two
  lines
device: cpu
model: resnet34
batch_norm: false
dataset: {name: cifar10, path: /data, images: 4096, image_size: 48, classes: 100}
train: {mode: single, optimizer: sgd-nesterov, learning_rate: 5.0e-2, learning_rate_scaling: linear, momentum: .5,
        weight_decay: 0, precision: fp64, accumulation: 4, schedule: one_cycle, channels_last: true, cudnn_benchmark: false,
        bucket_mebibytes: 1.5, seed: 9223372036854775807}
loader: {workers: 0, prefetch: 3, pinned: false}
measure: {warmup_steps: 0, steps: 4, repetitions: 3, epochs: 2, arms: [comm_only, full], evaluate: true, trace: out/trace}
limits: {memory: 16GiB, wall_time: 1.5h, case_timeout: 90s}
sweep: {batch_size: [8]}
)";

TEST(Values, OfTheJobAndTheModelReachTheCase) {
  const Experiment experiment = load(kEverything);
  const CaseConfig& c = experiment.cases.at(0);
  EXPECT_EQ(experiment.name, "everything");
  EXPECT_EQ(experiment.description, "two lines\n");
  EXPECT_EQ(c.device, DeviceChoice::kCpu);
  EXPECT_EQ(c.model, "resnet34");
  EXPECT_FALSE(c.batch_norm);
  EXPECT_EQ(c.limits.memory_bytes, std::int64_t{16} * 1024 * 1024 * 1024);
  EXPECT_EQ(experiment.job.wall_time_seconds, 5400);
  EXPECT_FALSE(experiment.job.wall_time_auto);
  EXPECT_EQ(c.limits.case_timeout_seconds, 90);
}

TEST(Values, OfDataAndLoaderReachTheCase) {
  const CaseConfig c = load(kEverything).cases.at(0);
  EXPECT_EQ(c.dataset.name, "cifar10");
  EXPECT_EQ(c.dataset.path, "/data");
  EXPECT_EQ(c.dataset.images, 4096);
  EXPECT_EQ(c.dataset.image_size, 48);
  EXPECT_EQ(c.dataset.classes, 100);
  EXPECT_EQ(c.loader.workers, 0);
  EXPECT_EQ(c.loader.prefetch, 3);
  EXPECT_FALSE(c.loader.pinned);
}

TEST(Values, OfTheTrainingReachTheCase) {
  const CaseConfig c = load(kEverything).cases.at(0);
  EXPECT_EQ(c.train.mode, Mode::kSingle);
  EXPECT_EQ(c.train.optimizer, "sgd-nesterov");
  EXPECT_EQ(c.train.learning_rate, 0.05);
  EXPECT_EQ(c.train.learning_rate_scaling, LearningRateScaling::kLinear);
  EXPECT_EQ(c.train.momentum, 0.5);
  EXPECT_EQ(c.train.weight_decay, 0);
  EXPECT_EQ(c.train.precision, Precision::kFp64);
  EXPECT_EQ(c.train.accumulation, 4);
  EXPECT_EQ(c.train.schedule, Schedule::kOneCycle);
  EXPECT_EQ(c.train.channels_last, Switch::kOn);
  EXPECT_FALSE(c.train.cudnn_benchmark);
  EXPECT_EQ(c.train.bucket_mebibytes, 1.5);
  EXPECT_EQ(c.train.seed, 9223372036854775807u);
}

TEST(Values, OfTheMeasurementReachTheCase) {
  const CaseConfig c = load(kEverything).cases.at(0);
  EXPECT_EQ(c.measure.warmup_steps, 0);
  EXPECT_EQ(c.measure.steps, 4);
  EXPECT_EQ(c.measure.repetitions, 3);
  EXPECT_EQ(c.measure.epochs, 2);
  EXPECT_EQ(c.measure.arms, (std::vector<Arm>{Arm::kCommOnly, Arm::kFull}));
  EXPECT_TRUE(c.measure.evaluate);
  EXPECT_EQ(c.measure.trace, "out/trace");
}

TEST(Values, RepetitionsAreANumberOrAsManyAsThePrecisionNeeds) {
  const auto measure = [](const std::string& text) { return load("measure: " + text + kRest).cases[0].measure; };
  EXPECT_FALSE(measure("{repetitions: 3}").repetitions_auto);
  EXPECT_EQ(measure("{repetitions: 3}").repetitions, 3);
  const MeasureConfig asked = measure("{repetitions: auto, precision: 1.5%, most_repetitions: 20}");
  EXPECT_TRUE(asked.repetitions_auto);
  EXPECT_EQ(asked.repetitions, kPilotRepetitions);
  EXPECT_EQ(asked.precision_percent, 1.5);
  EXPECT_EQ(asked.most_repetitions, 20);
  EXPECT_EQ(measure("{repetitions: auto}").precision_percent, 2);
  EXPECT_EQ(measure("{repetitions: auto}").most_repetitions, 40);
}

TEST(Values, WallTimeTellsAutoFromNone) {
  const auto job = [](const std::string& value) { return load("limits.wall_time: " + value + kRest).job; };
  EXPECT_TRUE(job("auto").wall_time_auto);
  EXPECT_FALSE(job("auto").wall_time_seconds);
  EXPECT_FALSE(job("none").wall_time_auto);
  EXPECT_FALSE(job("none").wall_time_seconds);
}

TEST(Values, WallTimeIsTheJobsWhereverItIsWritten) {
  const std::string config =
      "name: n\nlimits.wall_time: 2h\nsweep: {batch_size: [8], limits.wall_time: [1h]}\n"
      "cases: [{label: a, batch_size: 9, limits: {wall_time: 1min, case_timeout: 5min}}]\n";
  const Experiment experiment = load(config);
  EXPECT_EQ(experiment.job.wall_time_seconds, 7200);
  EXPECT_EQ(experiment.cases.at(1).limits.case_timeout_seconds, 300);
  ASSERT_EQ(experiment.warnings.size(), 2u);
  EXPECT_NE(experiment.warnings[0].find("c.yaml:3:26: sweep.limits.wall_time: has no effect in sweep, because it "
                                        "applies to the whole job; write it at the top level"),
            std::string::npos)
      << experiment.warnings[0];
  EXPECT_NE(experiment.warnings[1].find("c.yaml:4:44: cases[0].limits.wall_time: has no effect in cases"),
            std::string::npos)
      << experiment.warnings[1];
  EXPECT_EQ(load("name: n\ncases: [{batch_size: 8, limits.wall_time: 1h}]\n").job.wall_time_seconds, std::nullopt);
  EXPECT_TRUE(load("name: n\nlimits.wall_time: 2h\nsweep: {batch_size: [8]}\n").warnings.empty());
}

TEST(Values, NamesStandInFileNames) {
  const auto fault = [](const std::string& name) {
    return faults_of("name: " + name + "\nsweep: {batch_size: [8]}\n");
  };
  EXPECT_TRUE(fault("resnet-18_v1.2").empty());
  const std::string allowed =
      " is not allowed in a file's name; allowed: up to 64 letters, digits, '.', '_' and '-', not beginning with '.' "
      "or '-'";
  EXPECT_EQ(fault("a/b"), Lines{"c.yaml:1:7: name: a/b" + allowed});
  EXPECT_EQ(fault("../up"), Lines{"c.yaml:1:7: name: ../up" + allowed});
  EXPECT_EQ(fault("''"), Lines{"c.yaml:1:7: name: \"\"" + allowed});
  EXPECT_EQ(fault(std::string(65, 'x')), Lines{"c.yaml:1:7: name: " + std::string(60, 'x') + "..." + allowed});
}

}  // namespace
}  // namespace scalemark::config
