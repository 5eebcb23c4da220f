// The matrix of docs/measuring.md is that of the code.

#include "core/key_roles.h"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/documented_table.h"

namespace scalemark {
namespace {

const std::map<std::string, KeyRole> kRoleNames{
    {"scale", KeyRole::kScale}, {"work", KeyRole::kWork}, {"tool", KeyRole::kTool}, {"length", KeyRole::kLength},
    {"seed", KeyRole::kSeed},   {"plan", KeyRole::kPlan}, {"none", KeyRole::kNone}};

constexpr std::array kQuestions{KeyQuestion::kEfficiency, KeyQuestion::kCompare, KeyQuestion::kIdentity,
                                KeyQuestion::kOneChange, KeyQuestion::kResume};

/// [role] {keys, one answer per question}, as the documentation has them.
std::map<KeyRole, std::vector<std::string>> documented_rows() {
  std::map<KeyRole, std::vector<std::string>> rows;
  for (auto cells : documented_table("docs/measuring.md", "| Role | Keys |")) {
    const KeyRole role = kRoleNames.at(cells.at(0));
    cells.erase(cells.begin());
    rows[role] = std::move(cells);
  }
  return rows;
}

TEST(KeyRoles, AnswerAsDocumented) {
  const auto rows = documented_rows();
  ASSERT_EQ(rows.size(), kRoleNames.size());
  for (const auto& [name, role] : kRoleNames) {
    const auto& row = rows.at(role);
    ASSERT_EQ(row.size(), 1 + kQuestions.size()) << name;
    for (std::size_t i = 0; i < kQuestions.size(); ++i) {
      EXPECT_EQ(counts_for(role, kQuestions[i]) ? "yes" : "no", row[1 + i]) << name << ", question " << i;
    }
  }
}

TEST(KeyRoles, AreThoseOfTheDocumentedKeys) {
  std::map<KeyRole, std::set<std::string>> coded;
  std::size_t keys = 0;
  for (const auto& [key, role] : key_roles()) keys += coded[role].emplace(key).second ? 1 : 0;
  EXPECT_EQ(keys, key_roles().size()) << "a key is listed twice";
  for (const auto& [role, row] : documented_rows()) EXPECT_EQ(coded[role], words_in_backticks(row.front()));
}

TEST(KeyRoles, AnUnknownKeyCountsForEverything) {
  EXPECT_EQ(role_of("train.unheard_of"), std::nullopt);
  for (const auto question : kQuestions) EXPECT_TRUE(counts_for("train.unheard_of", question));
}

}  // namespace
}  // namespace scalemark
