// From sweep and cases to CaseConfigs: order, batch sizes, ids, and what does not go together.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "config/config_files.h"
#include "source_tree.h"

namespace scalemark::config {
namespace {

Experiment load_sweep(const std::string& sweep) { return load("name: n\nsweep: " + sweep + "\n"); }

TEST(Cases, TheLastListOfTheSweepVariesFastest) {
  EXPECT_EQ(ids_of(load_sweep("{gpus: [1, 2], batch_size: [32, 64]}")),
            (Lines{"gpus=1,batch_size=32", "gpus=1,batch_size=64", "gpus=2,batch_size=32", "gpus=2,batch_size=64"}));
  EXPECT_EQ(ids_of(load_sweep("{batch_size: [32, 64], gpus: [1, 2]}")),
            (Lines{"gpus=1,batch_size=32", "gpus=2,batch_size=32", "gpus=1,batch_size=64", "gpus=2,batch_size=64"}));
}

TEST(Cases, IdsNameWhatVaries) {
  EXPECT_EQ(ids_of(load_sweep("{gpus: [2], batch_size: [32, 64]}")), (Lines{"batch_size=32", "batch_size=64"}));
  EXPECT_EQ(ids_of(load_sweep("{gpus: [2], batch_size: [32]}")), Lines{"gpus=2,batch_size=32"});
  EXPECT_EQ(ids_of(load_sweep("{batch_size: [32], dataset.name: [synthetic, cifar10]}")),
            (Lines{"dataset.name=synthetic", "dataset.name=cifar10"}));
  EXPECT_EQ(ids_of(load_sweep("{batch_size: [32], train.learning_rate: [0.1, 5.0e-4]}")),
            (Lines{"learning_rate=0.1", "learning_rate=0.0005"}));
  EXPECT_EQ(ids_of(load_sweep("{batch_size: [32], train.precision: [fp32, bf16]}")),
            (Lines{"precision=fp32", "precision=bf16"}));
  EXPECT_EQ(ids_of(load_sweep("{batch_size: [32], measure.precision: [1%, 2%]}")),
            (Lines{"measure.precision=1", "measure.precision=2"}));
  EXPECT_EQ(ids_of(load_sweep("{batch_size: [32], measure.arms: [[full], [full, no_sync]]}")),
            (Lines{"arms=full", "arms=full-no_sync"}));
}

TEST(Cases, IdsAreUniqueNamesOfHdf5Links) {
  const Experiment experiment = load(R"(
name: n
sweep: {batch_size: [8], dataset.path: [/a/b, /a-b, /a.b, '', "${HOME}/x"]}
cases:
  - {label: "ResNet 18 / baseline!", batch_size: 1}
  - {label: "resnet", batch_size: 2}
  - {label: "resnet", batch_size: 3}
  - {label: "...", batch_size: 4}
  - {label: "\u00e9\u00e9", batch_size: 5}
  - {batch_size: 6, gpus: 2, train.seed: 7}
)",
                                     {}, {{"HOME", "/home/" + std::string(300, 'x')}});
  const Lines ids = ids_of(experiment);
  EXPECT_EQ(ids[0], "path=a-b");
  EXPECT_EQ(ids[1], "path=a-b-2");
  EXPECT_EQ(ids[2], "path=a.b");
  EXPECT_EQ(ids[5], "ResNet-18-baseline");
  EXPECT_EQ(ids[6], "resnet,batch_size=2");
  EXPECT_EQ(ids[7], "resnet,batch_size=3");
  EXPECT_EQ(ids[10], "gpus=2,batch_size=6,seed=7");
  EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), ids.size());
  for (const std::string& id : ids) {
    EXPECT_FALSE(id.empty());
    EXPECT_LT(id.size(), 100u);
    EXPECT_EQ(id.find_first_of("/ \n"), std::string::npos) << id;
    EXPECT_NE(id.find_first_not_of('.'), std::string::npos) << id;
  }
}

TEST(Cases, BatchSizesArePerGpuOrGlobal) {
  const Experiment per_gpu = load_sweep("{gpus: [1, 4], batch_size: [12]}");
  EXPECT_EQ(per_gpu.cases[1].batch_per_gpu, 12);
  EXPECT_EQ(per_gpu.cases[1].global_batch(), 48);
  EXPECT_FALSE(per_gpu.cases[1].global_batch_fixed);
  const Experiment global = load_sweep("{global_batch_size: [12], gpus: [1, 4]}");
  EXPECT_EQ(global.cases[1].batch_per_gpu, 3);
  EXPECT_EQ(global.cases[1].global_batch(), 12);
  EXPECT_TRUE(global.cases[1].global_batch_fixed);
}

TEST(Cases, StandBesideTheSweepAndTakeTheTopLevelsSettings) {
  const Experiment experiment = load(R"(
name: n
train: {seed: 5, precision: fp64}
sweep: {gpus: [2], batch_size: [8], train.precision: [bf16]}
cases: [{label: one, batch_size: 512}, {label: two, gpus: 2, batch_size: 1500, train.mode: ddp, model: resnet18}]
)");
  ASSERT_EQ(experiment.cases.size(), 3u);
  EXPECT_EQ(experiment.cases[0].label, "");
  EXPECT_EQ(experiment.cases[0].train.precision, Precision::kBf16);
  EXPECT_EQ(experiment.cases[1].label, "one");
  EXPECT_EQ(experiment.cases[1].gpus, 1);
  EXPECT_EQ(experiment.cases[1].train.precision, Precision::kFp64);
  EXPECT_EQ(experiment.cases[2].train.seed, 5u);
  EXPECT_EQ(experiment.cases[2].model, "resnet18");
  EXPECT_EQ(experiment.cases[2].global_batch(), 3000);
}

TEST(Cases, OneBatchSizeIsGiven) {
  const std::string what = "is given beside batch_size; allowed: one of batch_size, global_batch_size";
  EXPECT_EQ(faults_of("name: n\nsweep: {batch_size: [8], global_batch_size: [8]}\n"),
            Lines{"c.yaml:2:26: sweep.global_batch_size: " + what});
  EXPECT_EQ(faults_of("name: n\ncases: [{batch_size: 8, global_batch_size: 8}]\n"),
            Lines{"c.yaml:2:44: cases[0].global_batch_size: " + what});
}

TEST(Cases, AGlobalBatchDividesByTheGpus) {
  EXPECT_EQ(
      faults_of("name: n\nsweep: {gpus: [1, 2, 3], global_batch_size: [12, 8, 7], train.seed: [1, 2]}\n"),
      (Lines{"c.yaml:2:50: sweep.global_batch_size: 8 is not divisible by 3 gpus; allowed: a multiple of the gpus",
             "c.yaml:2:53: sweep.global_batch_size: 7 is not divisible by 2 gpus; allowed: a multiple of the gpus",
             "c.yaml:2:53: sweep.global_batch_size: 7 is not divisible by 3 gpus; allowed: a multiple of the gpus"}));
}

TEST(Cases, SingleModeHasOneGpu) {
  EXPECT_EQ(faults_of("name: n\ntrain.mode: single\nsweep: {gpus: [1, 2], batch_size: [8, 9]}\n"),
            Lines{"c.yaml:3:19: sweep.gpus: 2 do not go with train.mode single; allowed: 1, or train.mode ddp"});
  EXPECT_TRUE(faults_of("name: n\ntrain.mode: ddp\nsweep: {gpus: [1], batch_size: [8]}\n").empty());
}

TEST(Cases, NesterovHasMomentum) {
  EXPECT_EQ(
      faults_of("name: n\ntrain: {optimizer: sgd-nesterov, momentum: 0}\nsweep: {batch_size: [8]}\n"),
      Lines{"c.yaml:2:44: train.momentum: 0 does not go with train.optimizer sgd-nesterov; allowed: a number > 0 and "
            "< 1"});
}

TEST(Cases, TheImagesFillABatchOfEveryRank) {
  const auto fault = [](int images) {
    return faults_of("name: n\ndataset.images: " + std::to_string(images) + "\nsweep: {gpus: [3], batch_size: [10]}\n");
  };
  EXPECT_TRUE(fault(28).empty());  // 28 over 3 ranks, rounded up: 10 each
  EXPECT_EQ(fault(27),
            Lines{"c.yaml:2:17: dataset.images: 27 over 3 gpus are 9 each, less than one batch of 10; allowed: "
                  "at least 28"});
}

TEST(Cases, TheOneRankOfDataParallelTakesTheGlobalBatch) {
  const auto fault = [](int images) {
    return faults_of("name: n\ntrain.mode: data_parallel\ndataset.images: " + std::to_string(images) +
                     "\nsweep: {gpus: [3], batch_size: [10]}\n");
  };
  EXPECT_TRUE(fault(30).empty());
  EXPECT_EQ(fault(29), Lines{"c.yaml:3:17: dataset.images: 29 over 1 rank are 29 each, less than one batch of 30; "
                             "allowed: at least 30"});
}

TEST(Cases, TheSameCaseTwiceIsAFault) {
  EXPECT_EQ(
      faults_of("name: n\nsweep: {gpus: [1, 2], batch_size: [8]}\ncases:\n- {label: again, gpus: 2, batch_size: "
                "8}\n- {batch_size: 3}\n- {gpus: 1, global_batch_size: 3}\n"),
      (Lines{"c.yaml:4:3: cases[0]: the case again is the same as the case gpus=2 (at c.yaml:2:1); allowed: cases "
             "that differ",
             "c.yaml:6:3: cases[2]: the case gpus=1,global_batch_size=3 is the same as the case batch_size=3 (at "
             "c.yaml:5:3); allowed: cases that differ"}));
}

TEST(Cases, AreBoundedInNumber) {
  std::string list;
  for (int i = 1; i <= 101; ++i) list += (i == 1 ? "" : ", ") + std::to_string(i);
  const std::string lists = "batch_size: [" + list + "], train.seed: [" + list + "], gpus: [" + list +
                            "], measure.steps: [" + list + "], train.learning_rate: [" + list + "]";
  EXPECT_EQ(faults_of("name: n\nsweep: {" + lists + "}\n"),
            Lines{"c.yaml:2:1: sweep: the product of the lists is too large; allowed: 10000 cases"});
}

TEST(Cases, ParametersAreTypedAndNamedAsInTheConfig) {
  const Experiment experiment =
      load("name: n\ncases: [{label: one, gpus: 2, global_batch_size: 8, limits.memory: 1KiB}]\n");
  const auto parameters = experiment.cases.at(0).parameters();
  const auto value = [&](const std::string& path) {
    for (const auto& [name, held] : parameters) {
      if (name == path) return held;
    }
    ADD_FAILURE() << path;
    return ParameterValue{};
  };
  EXPECT_EQ(parameters.front().first, "label");
  EXPECT_EQ(value("label"), ParameterValue{"one"});
  EXPECT_EQ(value("gpus"), ParameterValue{std::int64_t{2}});
  EXPECT_EQ(value("batch_size"), ParameterValue{std::int64_t{4}});
  EXPECT_EQ(value("global_batch_size"), ParameterValue{std::int64_t{8}});
  EXPECT_EQ(value("batch_norm"), ParameterValue{true});
  EXPECT_EQ(value("dataset.images"), ParameterValue{"all"});
  EXPECT_EQ(value("train.mode"), ParameterValue{"ddp"});
  EXPECT_EQ(value("train.learning_rate"), ParameterValue{0.1});
  EXPECT_EQ(value("train.channels_last"), ParameterValue{"auto"});
  EXPECT_EQ(value("train.accumulation"), ParameterValue{std::int64_t{1}});
  EXPECT_EQ(value("measure.arms"), ParameterValue{"full,no_sync,comm_only,cached_input"});
  EXPECT_EQ(value("limits.memory"), ParameterValue{std::int64_t{1024}});
  EXPECT_TRUE(std::ranges::none_of(parameters, [](const auto& each) { return each.first == "limits.wall_time"; }))
      << "the wall time is the job's";
  EXPECT_EQ(value("limits.case_timeout"), ParameterValue{"600s"});
}

TEST(Checkpointing, IsSetPerCaseAndNotForARevNet) {
  const Experiment experiment = load(R"(
name: n
sweep: {batch_size: [8], train.checkpointing: [false, true]}
)");
  EXPECT_EQ(ids_of(experiment), (Lines{"checkpointing=false", "checkpointing=true"}));
  EXPECT_TRUE(experiment.cases[1].train.checkpointing);
  EXPECT_EQ(faults_of("name: n\nmodel: revnet-5-5-5\ntrain.checkpointing: true\nsweep: {batch_size: [8]}\n"),
            Lines{"c.yaml:3:22: train.checkpointing: true does not go with model revnet-5-5-5, which always computes "
                  "its activations again; allowed: false"});
}

TEST(LargeBatches, KeysThatDoNotGoTogetherAreRefused) {
  EXPECT_EQ(faults_of("name: n\nmodel: mobilenet_v2\ntrain.zero_init_residual: true\nsweep: {batch_size: [8]}\n"),
            Lines{"c.yaml:3:27: train.zero_init_residual: true does not go with model mobilenet_v2, which has no "
                  "residual branch that ends in a norm; allowed: false"});
  EXPECT_EQ(faults_of("name: n\nbatch_norm: false\ntrain.zero_init_residual: true\nsweep: {batch_size: [8]}\n"),
            Lines{"c.yaml:3:27: train.zero_init_residual: true does not go with batch_norm false; allowed: false"});
  EXPECT_EQ(faults_of("name: n\nbatch_norm: false\ntrain.sync_batch_norm: true\nsweep: {batch_size: [8]}\n"),
            Lines{"c.yaml:3:24: train.sync_batch_norm: true does not go with batch_norm false; allowed: false"});
  EXPECT_EQ(faults_of("name: n\nmodel: vgg16\ntrain.sync_batch_norm: true\nsweep: {batch_size: [8]}\n"),
            Lines{"c.yaml:3:24: train.sync_batch_norm: true does not go with model vgg16, which has no batch norm; "
                  "allowed: false"});
  EXPECT_EQ(faults_of("name: n\ntrain: {mode: data_parallel, sync_batch_norm: true}\nsweep: {batch_size: [8]}\n"),
            Lines{"c.yaml:2:47: train.sync_batch_norm: true does not go with train.mode data_parallel, whose replicas "
                  "take the moments of their own parts; allowed: false, or train.mode ddp"});
  EXPECT_EQ(faults_of("name: n\ntrain: {schedule: one_cycle, warmup_epochs: 2.5}\nsweep: {batch_size: [8]}\n"),
            Lines{"c.yaml:2:45: train.warmup_epochs: 2.5 does not go with train.schedule one_cycle, which has a "
                  "warm-up of its own; allowed: 0"});
  EXPECT_EQ(load("name: n\nsweep: {batch_size: [8], train.optimizer: [sgd, lars], train.warmup_epochs: [0, 5]}\n")
                .cases.size(),
            4U);
}

TEST(Vgg, TakesNoImageThatItsPoolingsLeaveNothingOf) {
  EXPECT_EQ(faults_of("name: n\nmodel: vgg16\ndataset.image_size: 28\nsweep: {batch_size: [8]}\n"),
            Lines{"c.yaml:3:21: dataset.image_size: 28 does not go with model vgg16, whose five poolings halve the "
                  "image; allowed: at least 32"});
  EXPECT_EQ(load("name: n\nmodel: vgg16\nsweep: {batch_size: [8]}\n").cases[0].dataset.image_size, 32);
}

TEST(MaxBatch, IsSetPerCaseAndStepsByTheBatchPerGpu) {
  const Experiment experiment = load(R"(
name: n
sweep: {batch_size: [8]}
cases: [{label: largest, batch_size: 16, max_batch: true}]
)");
  EXPECT_FALSE(experiment.cases[0].max_batch);
  EXPECT_TRUE(experiment.cases[1].max_batch);
  EXPECT_EQ(faults_of("name: n\nmax_batch: true\nnccl: {max_ctas: auto, algo: ring}\nsweep: {batch_size: [8]}\n"),
            Lines{"c.yaml:3:30: nccl.algo: does not go with max_batch true; allowed: auto, or max_batch false"});
  EXPECT_EQ(faults_of("name: n\nmax_batch: true\nsweep: {global_batch_size: [8]}\n"),
            Lines{"c.yaml:2:12: max_batch: true does not go with global_batch_size; allowed: batch_size, the step of "
                  "the search"});
}

TEST(Quickstart, SweepsTwoGpuCountsAndTwoBatchSizes) {
  const std::filesystem::path path = std::filesystem::path(source_tree()) / "configs/quickstart.yaml";
  const Experiment experiment = load_experiment(path);
  EXPECT_EQ(experiment.name, "quickstart");
  EXPECT_EQ(ids_of(experiment),
            (Lines{"gpus=1,batch_size=8", "gpus=1,batch_size=16", "gpus=2,batch_size=8", "gpus=2,batch_size=16"}));
  EXPECT_EQ(experiment.cases[0].dataset.name, "fashion-mnist");
  EXPECT_EQ(load_experiment(path, {"quick=true"}).cases.size(), 2u);
}

}  // namespace
}  // namespace scalemark::config
