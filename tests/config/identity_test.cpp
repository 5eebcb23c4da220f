// The hash, the resolved config, the names.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string_view>

#include "config/case_identity.h"
#include "config/catalog.h"
#include "config/config_files.h"
#include "config/key_meanings.h"
#include "config/key_table.h"
#include "config/nearest_key.h"
#include "config/suggestion.h"
#include "config/text_check.h"
#include "core/key_roles.h"
#include "core/tuning/tunable_keys.h"
#include "source_tree.h"

namespace scalemark::config {
namespace {

const std::string kSweepOfFour =
    "name: n\ntrain: {seed: 3, momentum: 0.5}\nsweep: {gpus: [1, 2], batch_size: [8, 16]}\n";

TEST(Hash, IsOfTheCasesAlone) {
  const std::string hash = load(kSweepOfFour).hash;
  EXPECT_EQ(hash.size(), 16u);
  EXPECT_EQ(hash.find_first_not_of("0123456789abcdef"), std::string::npos);
  const Lines same{
      "sweep:\n  batch_size: [16, 8]\n  gpus:\n  - 2\n  - 1\ntrain.momentum: 5.0e-1\ntrain.seed: 3\nname: other\n",
      kSweepOfFour + "description: words\n",
      kSweepOfFour + "limits: {wall_time: 1h, case_timeout: 1min}\n",
      kSweepOfFour + "dataset.path: /job/1234\n",
      kSweepOfFour + "model: resnet10\n",
      kSweepOfFour + "quick: {measure.steps: 1}\n",
  };
  for (const std::string& config : same) EXPECT_EQ(load(config).hash, hash) << config;
}

TEST(Hash, DiffersWithTheCases) {
  const std::string hash = load(kSweepOfFour).hash;
  for (const char* override : {"train.seed=4", "sweep.gpus=[1]", "sweep.batch_size=[8, 17]", "limits.memory=1GiB",
                               "measure.repetitions=8", "cases=[{batch_size: 1}]", "sweep.train.precision=[fp32]"}) {
    const bool same_cases = std::string(override) == "sweep.train.precision=[fp32]";
    EXPECT_EQ(load(kSweepOfFour, {override}).hash == hash, same_cases) << override;
  }
}

TEST(Hash, OfAKeyThatJoinedLaterHoldsWhatIsNotItsDefault) {
  EXPECT_EQ(load(kSweepOfFour, {"train.label_smoothing=0"}).hash, load(kSweepOfFour).hash);
  EXPECT_NE(load(kSweepOfFour, {"train.label_smoothing=0.1"}).hash, load(kSweepOfFour).hash);
}

TEST(Hash, IsFnv1aOfTheCanonicalText) {
  EXPECT_EQ(hash_of({}), "cbf29ce484222325");  // the offset basis, as published
  // Stable across machines and releases, or a file could not be resumed.
  CaseConfig built;
  built.id = "a";
  CaseConfig other = built;
  other.id = "b";
  EXPECT_EQ(hash_of({built, other}), hash_of({other, built}));
  EXPECT_NE(hash_of({built}), hash_of({other}));
}

// Hashes that a program of before the table of roles gave: its files can be resumed.
TEST(Hash, IsThatOfEarlierVersions) {
  EXPECT_EQ(load(kSweepOfFour).hash, "222689ca7108aa68");
  EXPECT_EQ(load("name: n\nsweep: {gpus: [1, 2], batch_size: [8]}\ncases: [{batch_size: 4, limits.memory: 1GiB, "
                 "measure.trace: /tmp/t-keys, limits.wall_time: 1h, train.seed: 2, measure.evaluate: true}]\n")
                .hash,
            "2cc2561497befe65");
}

TEST(Hash, DoesNotKnowOfWhatNcclIsNotTold) {
  EXPECT_EQ(load("name: n\nsweep: {batch_size: [8]}\nnccl: {max_ctas: auto, algo: auto, proto: auto}\n").hash,
            load("name: n\nsweep: {batch_size: [8]}\n").hash);
  EXPECT_NE(load("name: n\nsweep: {batch_size: [8]}\nnccl.max_ctas: 4\n").hash,
            load("name: n\nsweep: {batch_size: [8]}\n").hash);
}

TEST(Ids, NameWhatNcclIsTold) {
  EXPECT_EQ(
      ids_of(load("name: n\nsweep: {batch_size: [8], nccl.algo: [auto, tree], nccl.max_ctas: [auto, 4]}\n")),
      (Lines{"max_ctas=auto,algo=auto", "max_ctas=4,algo=auto", "max_ctas=auto,algo=tree", "max_ctas=4,algo=tree"}));
}

const std::string kManyKinds = R"(
name: n
description: "says: 'yes', # really\nand more"
dataset: {path: "${DATA}", images: 900}
train: {learning_rate: 1.0e-9, schedule: one_cycle, channels_last: true}
measure: {arms: [full]}
limits: {memory: 3GiB, wall_time: none, case_timeout: 1.5h}
sweep: {gpus: [1, 2], train.learning_rate: [0.1, 0.30000000000000004], global_batch_size: [8],
        measure.arms: [[full], [no_sync, full]]}
cases: [{label: "a: b", batch_size: 5, dataset.path: ''}, {label: "true", batch_size: 7, limits.case_timeout: 5min}]
quick: {measure.steps: 2}
)";

TEST(ResolvedYaml, GivesTheSameCasesAgain) {
  const Experiment first = load(kManyKinds, {"quick=true"}, {{"DATA", "/d: e"}});
  const Experiment again = load(first.resolved_yaml);
  EXPECT_EQ(again.hash, first.hash);
  EXPECT_EQ(again.resolved_yaml, first.resolved_yaml);
  EXPECT_EQ(again.description, first.description);
  ASSERT_EQ(again.cases.size(), first.cases.size());
  for (std::size_t i = 0; i < first.cases.size(); ++i) {
    EXPECT_EQ(again.cases[i].parameters(), first.cases[i].parameters());
    EXPECT_EQ(again.cases[i].id, first.cases[i].id);
    EXPECT_EQ(again.cases[i].block, first.cases[i].block);
  }
  EXPECT_NE(first.resolved_yaml.find("path: \"/d: e\""), std::string::npos);
  EXPECT_NE(first.resolved_yaml.find("steps: 2"), std::string::npos);
}

TEST(KeyTable, DefaultsAreAllowed) {
  const Experiment defaults = load("name: n\nsweep: {batch_size: [8]}\n");
  EXPECT_EQ(load(defaults.resolved_yaml).hash, defaults.hash);
}

constexpr const char* kReference = R"(
  name description device model batch_norm dataset.name dataset.path dataset.images dataset.image_size
  dataset.classes dataset.augmentation dataset.resident dataset.on_error dataset.storage.latency
  dataset.storage.bandwidth dataset.storage.jitter train.mode train.optimizer train.learning_rate
  train.learning_rate_scaling train.momentum train.weight_decay train.precision train.schedule
  train.checkpointing train.accumulation train.channels_last train.cuda_graph train.fused
  train.cudnn_benchmark train.keep_memory train.bucket_mebibytes train.bucket_fill train.comm_hook train.seed
  nccl.max_ctas nccl.algo nccl.proto
  loader.workers loader.prefetch loader.pinned measure.warmup_steps measure.steps measure.repetitions
  measure.precision measure.most_repetitions measure.epochs measure.arms measure.evaluate measure.trace
  measure.target.test_accuracy measure.target.most_epochs measure.target.evaluate_every measure.seeds limits.memory limits.wall_time limits.case_timeout max_batch
  label gpus batch_size global_batch_size
)";

TEST(KeyTable, HoldsEveryKeyOfTheReference) {
  Lines keys;
  for (const Key& key : key_table()) keys.push_back(key.path);
  std::istringstream reference(kReference);
  for (std::string key; reference >> key;) EXPECT_EQ(std::count(keys.begin(), keys.end(), key), 1) << key;
}

TEST(KeyTable, EveryKeyHasARole) {
  for (const Key& key : key_table()) EXPECT_TRUE(role_of(key.path)) << key.path << " is not in core/key_roles.cpp";
}

TEST(KeyTable, EveryRoleIsThatOfAKey) {
  const std::set<std::string_view> added_by_a_search{"batch_step", "probe_of"};
  for (const auto& [path, role] : key_roles()) {
    EXPECT_TRUE(find_key(std::string(path)) != nullptr || added_by_a_search.contains(path)) << path;
  }
}

TEST(TunableKeys, HaveTheirDefaults) {
  for (const TunableKey& tunable : tunable_keys()) {
    const Key* key = find_key(std::string(tunable.key));
    ASSERT_NE(key, nullptr) << tunable.key;
    EXPECT_EQ(to_text(key->get(CaseConfig{})), tunable.default_value) << tunable.key;
  }
}

TEST(TunableKeys, AreTheToolsThatAreNoMachineAndTheTypeOfGradients) {
  for (const auto& [path, role] : key_roles()) {
    const bool is_machine = path == "device" || path.starts_with("dataset.storage.");
    const bool expected = (role == KeyRole::kTool && !is_machine) || path == "train.comm_hook";
    EXPECT_EQ(find_tunable(path) != nullptr, expected) << path;
  }
}

TEST(TuningConfigs, VaryTunableKeysAlone) {
  const std::filesystem::path folder = std::filesystem::path(source_tree()) / "configs";
  for (const char* name : {"tune-communication.yaml", "tune-input.yaml"}) {
    for (const auto& overrides : {Lines{}, Lines{"quick=true"}}) {
      const Experiment experiment = load_experiment(folder / name, overrides, environment_of({{"RANKS", "3"}}));
      for (const CaseConfig& one : experiment.cases) {
        EXPECT_EQ(one.block, 1) << one.id << " takes turns with no other";
        for (const auto& [key, value] : one.parameters()) {
          if (key == "label" || find_tunable(key) != nullptr) continue;
          EXPECT_EQ(value, find_key(key)->get(experiment.cases.front())) << name << ", " << one.id << ", " << key;
        }
      }
      EXPECT_EQ(experiment.cases.front().gpus == 3, overrides.empty());
    }
  }
}

TEST(Names, AreThoseOfTheConfig) {
  EXPECT_EQ(to_string(Mode::kSingle), "single");
  EXPECT_EQ(to_string(Precision::kBf16), "bf16");
}

TEST(Suggestion, CountsEdits) {
  EXPECT_EQ(edit_distance("", ""), 0u);
  EXPECT_EQ(edit_distance("abc", ""), 3u);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
  EXPECT_EQ(edit_distance("model", "modle"), 1u);
}

TEST(Suggestion, IsTheNearestNameOrNone) {
  const Lines names{"train.mode", "model", "train.learning_rate"};
  EXPECT_EQ(nearest_name("modl", names), "model");
  EXPECT_EQ(nearest_name("train.moed", names), "train.mode");
  EXPECT_EQ(nearest_name("learning_rat", names), "train.learning_rate");
  EXPECT_EQ(nearest_name("elephant", names), std::nullopt);
  EXPECT_EQ(nearest_name("", names), std::nullopt);
  EXPECT_EQ(nearest_name(std::string(100'000, 'm'), names), std::nullopt);
}

TEST(Suggestion, NeverChangesADigit) {
  const Lines names{"resnet10", "resnet18", "cifar10", "fp16"};
  EXPECT_EQ(nearest_name("resnet101", names), std::nullopt);
  EXPECT_EQ(nearest_name("cifar100", names), std::nullopt);
  EXPECT_EQ(nearest_name("resnet81", names), "resnet18");
  EXPECT_EQ(nearest_name("resent18", names), "resnet18");
  EXPECT_EQ(nearest_name("FP16", names), "fp16");
}

std::string near(const std::string& path, Section section = Section::kTop) {
  const Key* key = nearest_key(path, section);
  return key == nullptr ? "" : key->path;
}

TEST(NearestKey, IsFoundOverTheWholeTree) {
  EXPECT_EQ(near("train.buckt_size"), "train.bucket_mebibytes");
  EXPECT_EQ(near("train.prefetch"), "loader.prefetch");
  EXPECT_EQ(near("trian.presicion"), "train.precision");
  EXPECT_EQ(near("datset.name"), "dataset.name");
  EXPECT_EQ(near("batchsize"), "batch_size");
  EXPECT_EQ(near("lr", Section::kSweep), "train.learning_rate");
  EXPECT_EQ(near("train.foo", Section::kSweep), "");
}

TEST(KeyMeanings, StandOnceForEachKey) {
  std::multiset<std::string> keys;
  std::multiset<std::string> explained;
  for (const Key& key : key_table()) keys.insert(key.path);
  for (const KeyMeaning& meaning : key_meanings()) explained.emplace(meaning.key);
  EXPECT_EQ(explained, keys);
}

TEST(KeyMeanings, AreListedByThePrefixOfTheKey) {
  const std::string list = key_list("train.bucket");
  EXPECT_NE(list.find("train.bucket_mebibytes"), std::string::npos);
  EXPECT_EQ(list.find("train.seed"), std::string::npos);
  EXPECT_THROW(key_list("train.buckt"), InputError);
}

TEST(NearestKey, EveryNameOfOtherToolsLeadsToAKey) {
  for (const char* word :
       {"world_size", "bs", "num_workers", "pin_memory", "amp", "bucket_cap_mb", "warmup", "profile", "time"})
    EXPECT_NE(near(word), "") << word;
}

TEST(QuotedText, IsOnOneLineAndPrintable) {
  EXPECT_EQ(one_line("a\n\tb\x01\xff", 10), "a  b??");
  EXPECT_EQ(one_line("abcdef", 6), "abcdef");
  EXPECT_EQ(one_line("abcdefg", 6), "abcdef...");
  EXPECT_EQ(one_line("ab\xe2\x82\xac", 3), "ab...");  // the euro sign is not cut in two
  EXPECT_EQ(one_line("ab\xe2\x82\xac", 4), "ab...");
  EXPECT_EQ(one_line("ab\xe2\x82\xac", 5), "ab\xe2\x82\xac");
}

TEST(Catalog, ListsNamesOfThisVersion) {
  EXPECT_EQ(available_values("model"),
            (Lines{"resnet10", "resnet18", "resnet19", "resnet34", "resnet50", "resnet101", "resnet152",
                   "wide_resnet50_2", "resnet18-adjusted", "resnet34-adjusted", "resnet50-adjusted", "revnet-3-3-3",
                   "revnet-5-5-5", "revnet-9-9-9", "revnet-18-18-18", "vgg16", "vgg16_bn", "mobilenet_v2"}));
  EXPECT_EQ(available_values("train.optimizer"),
            (Lines{"sgd", "sgd-nesterov", "adagrad", "adadelta", "adam", "adamw", "lars"}));
  EXPECT_TRUE(available_values("train.seed").empty());
  EXPECT_TRUE(available_values("nothing").empty());
}

TEST(Catalog, ListsConfigsEvenBrokenOnes) {
  const TemporaryFolder folder;
  folder.write("b.yaml", "name: second\ndescription: words\nsweep: nonsense\n");
  folder.write("a.yaml", "description: [\n");
  folder.write("c.yaml", "- no map\n");
  folder.write("notes.txt", "name: no\n");
  std::filesystem::create_directory(folder.path() / "d.yaml");
  const auto configs = list_configs(folder.path());
  ASSERT_EQ(configs.size(), 4u);
  EXPECT_EQ(configs[0].name, "a");
  EXPECT_EQ(configs[0].description.rfind("cannot be read: a.yaml:", 0), 0u) << configs[0].description;
  EXPECT_EQ(configs[1].name, "second");
  EXPECT_EQ(configs[1].description, "words");
  EXPECT_EQ(configs[2].name, "c");
  EXPECT_EQ(configs[3].name, "d");
  EXPECT_THROW(list_configs(folder.path() / "no"), InputError);
}

}  // namespace
}  // namespace scalemark::config
