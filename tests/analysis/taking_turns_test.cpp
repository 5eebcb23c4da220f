#include "analysis/taking_turns.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "analysis/result_fixture.h"

namespace scalemark::analysis {
namespace {

using results::CaseRecord;
using results::ResultFile;
using Visits = std::vector<std::int64_t>;

CaseRecord in_block(std::int32_t block, const std::string& id, Visits visits = {}) {
  CaseRecord record = make_case(id, 1, 32, {0.1, 0.1, 0.1});
  record.row.block = block;
  record.visits = std::move(visits);
  return record;
}

std::string why(const CaseRecord& base, const CaseRecord& one, const std::string& config = "name: n\n") {
  ResultFile file = make_file({base, one});
  file.provenance.config = config;
  const auto measured = [&](std::size_t i) {
    MeasuredCase result;
    result.file = &file;
    result.record = &file.cases[i];
    return result;
  };
  return why_not_in_turns(measured(0), measured(1));
}

constexpr const char* kOneAfterTheOther = "the two sides were measured one after the other";

TEST(TakingTurns, CasesOfOneBlockDo) {
  EXPECT_EQ(why(in_block(1, "a", {0, 3, 4}), in_block(1, "b", {1, 2, 5})), "");
  EXPECT_EQ(why(in_block(1, "a", {0, 3, 4, 6}), in_block(1, "b", {1, 2})), "") << "rounds that one alone has";
  EXPECT_EQ(why(in_block(1, "a"), in_block(1, "b")), "") << "a file may lack the visits";
}

TEST(TakingTurns, CasesOfTwoBlocksDoNot) {
  EXPECT_EQ(why(in_block(1, "a", {0, 1, 2}), in_block(2, "b", {3, 4, 5})), kOneAfterTheOther);
  EXPECT_EQ(why(in_block(0, "gpus=1"), in_block(2, "gpus=2")), kOneAfterTheOther) << "a file that was resumed";
}

TEST(TakingTurns, TheVisitsHaveTheLastWord) {
  EXPECT_EQ(why(in_block(1, "a", {0, 1, 2}), in_block(1, "b", {3, 4, 5})),
            "the repetitions of the two sides did not take turns");
  EXPECT_EQ(why(in_block(1, "a", {-1, 1, 4}), in_block(1, "b", {-1, 2, 3})), "") << "-1 says nothing";
}

TEST(TakingTurns, CasesOfTwoFilesDoNot) {
  const ResultFile file = make_file({in_block(1, "a"), in_block(1, "b")});
  MeasuredCase base;
  MeasuredCase one;
  base.file = one.file = &file;
  base.record = &file.cases[0];
  one.record = &file.cases[1];
  one.file_index = 1;
  EXPECT_EQ(why_not_in_turns(base, one), "the two sides are from different jobs");
}

// The ids are those that the earlier program gave the cases of these sweeps.
TEST(TakingTurns, OfAFileWithoutBlocksDependsOnTheIds) {
  const std::string sweep = "name: n\nsweep:\n  gpus: [1, 2]\n";
  const auto of_sweep = [&](const char* base, const char* one) {
    return why(in_block(0, base), in_block(0, one), sweep);
  };
  EXPECT_EQ(of_sweep("gpus=1,batch_size=32", "gpus=2,batch_size=32"), "");
  EXPECT_EQ(of_sweep("batch_size=32,gpus=1", "batch_size=32,gpus=16"), "");
  EXPECT_EQ(of_sweep("gpus=1", "gpus=2"), "");
  EXPECT_EQ(of_sweep("gpus=1,batch_size=32", "gpus=2,batch_size=16"), kOneAfterTheOther) << "a fixed global batch";
  EXPECT_EQ(of_sweep("precision=fp32,gpus=1", "precision=bf16,gpus=1"), kOneAfterTheOther);
}

TEST(TakingTurns, OfAListWithoutBlocksIsWhatItsCasesDid) {
  const std::string list = "name: n\ncases:\n  - {batch_size: 8}\n";
  EXPECT_EQ(why(in_block(0, "batch_size=8"), in_block(0, "batch_size=8,precision=bf16"), list), "");
  CaseRecord plain = in_block(0, "plain");
  CaseRecord fused = in_block(0, "fused");
  plain.row.label = "plain";
  fused.row.label = "fused";
  const std::string both = "name: n\nsweep:\n  gpus: [1]\ncases:\n  - {batch_size: 8}\n";
  EXPECT_EQ(why(plain, fused, both), "");
  EXPECT_EQ(why(plain, in_block(0, "gpus=1"), both), kOneAfterTheOther);
}

}  // namespace
}  // namespace scalemark::analysis
