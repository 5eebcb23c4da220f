#include "analysis/case_set.h"

#include <gtest/gtest.h>

#include "analysis/result_fixture.h"

namespace scalemark::analysis {
namespace {

TEST(MergeCases, TheLaterFileKeepsADuplicate) {
  const std::vector<results::ResultFile> files{
      make_file({make_case("a", 1, 10, {2.0, 2.0}), make_case("b", 2, 10, {3.0, 3.0})}, "2024-05-02T10:00:00Z"),
      make_file({make_case("a", 1, 10, {1.0, 1.0})}, "2024-05-01T10:00:00Z")};
  const CaseSet set = merge_cases(files);
  ASSERT_EQ(set.cases.size(), 2u);
  EXPECT_EQ(set.cases[0].full_seconds, (std::vector<double>{2.0, 2.0}));
  EXPECT_EQ(set.cases[0].file_index, 0u);
  ASSERT_EQ(set.notes.size(), 1u);
  EXPECT_EQ(set.notes[0],
            "The case a is in file 2 and in file 1: file 1 was created later, and its measurement is shown; the step "
            "times disagree: that of file 2 is 0.50 [0.50, 0.50] times that of file 1.");
}

TEST(MergeCases, FilesOfOneTimeAreTakenInOrder) {
  const std::vector<results::ResultFile> files{make_file({make_case("a", 1, 10, {2.0})}),
                                               make_file({make_case("renamed", 1, 10, {1.0})})};
  const CaseSet set = merge_cases(files);
  ASSERT_EQ(set.cases.size(), 1u);
  EXPECT_EQ(set.cases[0].key.name, "renamed");
  EXPECT_EQ(set.notes,
            std::vector<std::string>{"The case renamed is in file 1 and in file 2: file 2 was given later, and "
                                     "its measurement is shown."});
}

TEST(MergeCases, MoreRepetitionsUnderAnotherNameAreTheSameCase) {
  auto first = make_case("a", 1, 10, {2.0});
  auto second = make_case("a", 1, 10, {1.0, 1.0});
  first.parameters.insert(first.parameters.end(), {{"label", std::string()}, {"measure.repetitions", std::int64_t{1}}});
  second.parameters.insert(second.parameters.end(),
                           {{"label", std::string("alone")}, {"measure.repetitions", std::int64_t{2}}});
  const std::vector<results::ResultFile> files{make_file({first}), make_file({second})};
  EXPECT_EQ(merge_cases(files).cases.size(), 1u);
}

TEST(MergeCases, AnotherDeviceOrParameterIsAnotherCase) {
  auto other_device = make_case("a", 1, 10, {1.0});
  other_device.rank_rows[0].device = "Faster Processor";
  auto other_parameter = make_case("a", 1, 10, {1.0});
  other_parameter.parameters.back().second = std::string("on");
  const std::vector<results::ResultFile> files{make_file({make_case("a", 1, 10, {2.0})}), make_file({other_device}),
                                               make_file({other_parameter})};
  const CaseSet set = merge_cases(files);
  EXPECT_EQ(set.cases.size(), 3u);
  EXPECT_EQ(set.notes,
            (std::vector<std::string>{
                "The name a stands for different cases in file 1 and file 2: device Some Processor against "
                "Faster Processor.",
                "The name a stands for different cases in file 1 and file 3: train.channels_last auto against on."}));
}

TEST(MergeCases, AMeasurementThatWentToItsEndIsKept) {
  auto failed = make_case("a", 1, 10, {});
  failed.row.status = results::CaseStatus::kFailed;
  const std::vector<results::ResultFile> files{make_file({make_case("a", 1, 10, {2.0})}, "2024-05-01T10:00:00Z"),
                                               make_file({failed}, "2024-05-02T10:00:00Z")};
  const CaseSet set = merge_cases(files);
  ASSERT_EQ(set.cases.size(), 1u);
  EXPECT_EQ(set.cases[0].file_index, 0u);
  EXPECT_EQ(set.notes,
            std::vector<std::string>{"The case a is in file 2 and in file 1: in file 2 it is failed, and the "
                                     "measurement of file 1 is shown."});
}

TEST(MergeCases, DuplicatesOfOtherVersionsSayWhatDiffers) {
  std::vector<results::ResultFile> files{make_file({make_case("a", 1, 10, {1.0, 1.01, 0.99})}),
                                         make_file({make_case("a", 1, 10, {1.0, 1.01, 0.99})}),
                                         make_file({make_case("a", 1, 10, {1.0, 1.02, 0.98})})};
  files[1].provenance.versions["LibTorch"] = "2.7.1";
  const CaseSet set = merge_cases(files);
  ASSERT_EQ(set.cases.size(), 1u);
  ASSERT_EQ(set.notes.size(), 2u);
  EXPECT_EQ(set.notes[0],
            "The case a is in file 1 and in file 3: file 3 was given later, and its measurement is shown.");
  EXPECT_EQ(
      set.notes[1],
      "The case a is in file 2 and in file 3: file 3 was given later, and its measurement is shown; they differ in "
      "version of LibTorch 2.7.1 against 2.11.0.");
}

TEST(MergeCases, OneFilePerNumberOfRanksIsNoConflict) {
  const std::vector<results::ResultFile> files{make_file({make_case("batch_size=10", 1, 10, {2.0})}),
                                               make_file({make_case("batch_size=10", 2, 10, {1.0})})};
  const CaseSet set = merge_cases(files);
  EXPECT_EQ(set.cases.size(), 2u);
  EXPECT_TRUE(set.notes.empty());
}

TEST(MergeCases, TheSameCaseTwiceInOneFileStays) {
  const std::vector<results::ResultFile> files{make_file({make_case("a", 1, 10, {2.0}), make_case("b", 1, 10, {2.0})})};
  EXPECT_EQ(merge_cases(files).cases.size(), 2u);
}

TEST(MergeCases, NamesAreUnique) {
  auto first = make_case("a1", 1, 10, {2.0});
  auto second = make_case("a2", 2, 10, {2.0});
  first.row.label = second.row.label = "baseline";
  const std::vector<results::ResultFile> files{make_file({first, make_case("c", 1, 20, {1.0})}),
                                               make_file({second, make_case("c", 2, 20, {1.0})})};
  const CaseSet set = merge_cases(files);
  ASSERT_EQ(set.cases.size(), 4u);
  EXPECT_EQ(set.cases[0].key.name, "baseline (a1)");
  EXPECT_EQ(set.cases[1].key.name, "c (file 1)");
  EXPECT_EQ(set.cases[2].key.name, "baseline (a2)");
  EXPECT_EQ(set.cases[3].key.name, "c (file 2)");
}

}  // namespace
}  // namespace scalemark::analysis
