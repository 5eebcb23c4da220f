#include "analysis/comparability.h"

#include <gtest/gtest.h>

#include <functional>

#include "analysis/result_fixture.h"

namespace scalemark::analysis {
namespace {

using results::CaseRecord;
using results::ResultFile;

struct Side {
  ResultFile file;
  CaseRecord record;
};

struct Difference {
  std::string name;
  std::function<void(Side&)> make;
  std::string line;
};

Side usual_side() { return {make_file({}), make_case("a", 2, 10, {1.0, 1.0})}; }

class Refusal : public testing::TestWithParam<Difference> {};

TEST_P(Refusal, NamesTheDifference) {
  const Side base = usual_side();
  Side other = usual_side();
  GetParam().make(other);
  const auto lines = differences(signature_of(base.file, base.record), signature_of(other.file, other.record));
  EXPECT_EQ(lines, std::vector<std::string>{GetParam().line});
}

INSTANTIATE_TEST_SUITE_P(
    EachSide, Refusal,
    testing::Values(
        Difference{"device",
                   [](Side& side) {
                     for (auto& rank : side.record.rank_rows) rank.device = "Other";
                   },
                   "device Some Processor against Other"},
        Difference{"precision", [](Side& side) { side.record.row.precision = "bf16"; }, "precision fp32 against bf16"},
        Difference{"version", [](Side& side) { side.file.provenance.versions["LibTorch"] = "2.7.1"; },
                   "version of LibTorch 2.11.0 against 2.7.1"},
        Difference{"missing_version", [](Side& side) { side.file.provenance.versions.erase("MPI"); },
                   "version of MPI 4.1.4 against not recorded"},
        Difference{"software", [](Side& side) { side.file.software_version = "0.2.0"; },
                   "version of scalemark 0.1.0 against 0.2.0"},
        Difference{"data_set", [](Side& side) { side.record.row.dataset = "cifar10"; },
                   "data set fashion-mnist against cifar10"},
        Difference{"images", [](Side& side) { side.record.images = 500; }, "images 1000 against 500"},
        Difference{"model", [](Side& side) { side.record.row.model = "resnet18"; }, "model resnet10 against resnet18"},
        Difference{"optimizer", [](Side& side) { side.record.row.optimizer = "adam"; }, "optimizer sgd against adam"},
        Difference{"checkpointing", [](Side& side) { side.record.row.checkpointing = true; },
                   "checkpointing false against true"},
        Difference{"workers", [](Side& side) { side.record.row.loader_workers = 3; }, "loader workers 0 against 3"},
        Difference{"channels_last", [](Side& side) { side.record.parameters.back().second = std::string("on"); },
                   "train.channels_last auto against on"},
        Difference{"threads",
                   [](Side& side) {
                     for (auto& rank : side.record.rank_rows) rank.threads = 2;
                   },
                   "threads per rank 1 against 2"}),
    [](const auto& value) { return value.param.name; });

TEST(Comparability, WhatScalingVariesIsNoDifference) {
  const Side base = usual_side();
  Side other = usual_side();
  other.record = make_case("other", 4, 20, {2.0});
  other.record.row.label = "another name";
  other.record.row.mode = "single";
  other.record.parameters.emplace_back("train.mode", std::string("single"));
  other.record.parameters.emplace_back("train.learning_rate", 0.4);
  other.record.parameters.emplace_back("limits.case_timeout", 60.0);
  other.record.parameters.emplace_back("dataset.path", std::string("/elsewhere"));
  EXPECT_TRUE(differences(signature_of(base.file, base.record), signature_of(other.file, other.record)).empty());
}

TEST(Comparability, ATraceIsNoDifference) {
  Side base = usual_side();
  Side traced = usual_side();
  base.record.parameters.emplace_back("measure.trace", std::string("none"));
  traced.record.parameters.emplace_back("measure.trace", std::string("/tmp/traces"));
  for (const auto question : {KeyQuestion::kEfficiency, KeyQuestion::kCompare}) {
    EXPECT_EQ(
        differences(signature_of(base.file, base.record, question), signature_of(traced.file, traced.record, question)),
        std::vector<std::string>{});
  }
}

TEST(Comparability, AKeyOfALaterReleaseMustAgree) {
  Side base = usual_side();
  Side other = usual_side();
  base.record.parameters.emplace_back("train.unheard_of", std::int64_t{1});
  other.record.parameters.emplace_back("train.unheard_of", std::int64_t{2});
  EXPECT_EQ(differences(signature_of(base.file, base.record), signature_of(other.file, other.record)),
            std::vector<std::string>{"train.unheard_of 1 against 2"});
}

TEST(Comparability, ThreadsAreTheDeviceOfACpuOnly) {
  Side base = usual_side();
  Side other = usual_side();
  for (auto* side : {&base, &other}) {
    for (auto& rank : side->record.rank_rows) rank.device_uuid = "GPU-1";
  }
  for (auto& rank : other.record.rank_rows) rank.threads = 8;
  EXPECT_FALSE(runs_on_cpu(base.record));
  EXPECT_TRUE(differences(signature_of(base.file, base.record), signature_of(other.file, other.record)).empty());
}

TEST(Comparability, MixedDevicesDifferFromEither) {
  Side mixed = usual_side();
  mixed.record.rank_rows[1].device = "Faster Processor";
  EXPECT_EQ(device_models(mixed.record), "Faster Processor, Some Processor");
  const Side base = usual_side();
  EXPECT_EQ(differences(signature_of(base.file, base.record), signature_of(mixed.file, mixed.record)).size(), 1u);
}

}  // namespace
}  // namespace scalemark::analysis
