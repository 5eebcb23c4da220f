#include "core/environment.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>

namespace scalemark {
namespace {

Environment environment_of(std::map<std::string, std::string> variables) {
  return [variables = std::move(variables)](const std::string& name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  };
}

TEST(Environment, TheProcessHasItsOwn) {
  ASSERT_EQ(setenv("SCALEMARK_CORE_TEST", "here", 1), 0);
  EXPECT_EQ(process_environment("SCALEMARK_CORE_TEST"), "here");
  ASSERT_EQ(unsetenv("SCALEMARK_CORE_TEST"), 0);
  EXPECT_EQ(process_environment("SCALEMARK_CORE_TEST"), std::nullopt);
}

TEST(Environment, ReadsNumbersAndNothingElse) {
  const auto number = [](const std::string& text) { return number_in(environment_of({{"X", text}}), "X"); };
  EXPECT_EQ(number("12"), 12);
  EXPECT_EQ(number("12x"), std::nullopt);
  EXPECT_EQ(number(""), std::nullopt);
  EXPECT_EQ(number("2(x2)"), std::nullopt);
  EXPECT_EQ(number_in(environment_of({}), "X"), std::nullopt);
}

TEST(Environment, TheLauncherSaysTheRank) {
  EXPECT_EQ(launcher_rank(environment_of({})), std::nullopt);
  for (const char* variable : {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "SLURM_PROCID"}) {
    EXPECT_EQ(launcher_rank(environment_of({{variable, "3"}})), 3) << variable;
  }
  // mpirun inside a Slurm job: the batch script's task is not the rank.
  EXPECT_EQ(launcher_rank(environment_of({{"SLURM_PROCID", "0"}, {"OMPI_COMM_WORLD_RANK", "2"}})), 2);
}

}  // namespace
}  // namespace scalemark
