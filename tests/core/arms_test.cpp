#include "core/arms.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/documented_table.h"

namespace scalemark {
namespace {

using Names = std::vector<std::string>;

std::string in_backticks(std::string_view name) { return "`" + std::string(name) + "`"; }

bool says_yes(const std::string& cell) {
  EXPECT_TRUE(cell.starts_with("yes") || cell.starts_with("no")) << cell;
  return cell.starts_with("yes");
}

// The labelled pass of every case is documented beside the arms that a config chooses.
TEST(Arms, DoAsDocumented) {
  auto rows = documented_table("docs/measuring.md", "| Arm |");
  ASSERT_FALSE(rows.empty());
  EXPECT_EQ(rows.back().at(0), "`phases`");
  rows.pop_back();
  ASSERT_EQ(rows.size(), kArms.size());
  for (std::size_t i = 0; i < kArms.size(); ++i) {
    EXPECT_EQ(rows[i].at(0), in_backticks(kArms.at(i).name));
    EXPECT_EQ(kArms.at(i).loads, says_yes(rows[i].at(1))) << rows[i].at(0);
    EXPECT_EQ(kArms.at(i).computes, says_yes(rows[i].at(2))) << rows[i].at(0);
    EXPECT_EQ(kArms.at(i).reduces, says_yes(rows[i].at(3))) << rows[i].at(0);
  }
}

Names arms_on(int ranks) {
  Names names;
  for (const ArmSteps& arm : kArms) {
    if (arm.runs_on(ranks)) names.emplace_back(arm.name);
  }
  return names;
}

TEST(Arms, OneRankHasNothingToReduce) {
  EXPECT_EQ(arms_on(1), (Names{"full", "cached_input", "bare"}));
  EXPECT_EQ(arms_on(2), (Names{"full", "no_sync", "comm_only", "cached_input", "bare"}));
}

}  // namespace
}  // namespace scalemark
