#include "comm/environment_change.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <thread>

#include "core/environment.h"

namespace scalemark::comm {
namespace {

class EnvironmentChangeTest : public ::testing::Test {
 protected:
  EnvironmentChangeTest() {
    setenv("CHANGE_OLD", "old", 1);
    unsetenv("CHANGE_NEW");
    unsetenv("CHANGE_OTHER");
  }
  static void expect_before() {
    EXPECT_EQ(process_environment("CHANGE_OLD"), "old");
    EXPECT_FALSE(process_environment("CHANGE_NEW").has_value());
  }
};

TEST_F(EnvironmentChangeTest, EndsWithTheObject) {
  const std::string path = process_environment("PATH").value_or("");
  {
    const EnvironmentChange change({{"CHANGE_OLD", "other"}, {"CHANGE_NEW", "new=1"}});
    EXPECT_EQ(process_environment("CHANGE_OLD"), "other");
    EXPECT_EQ(process_environment("CHANGE_NEW"), "new=1");
    EXPECT_EQ(process_environment("PATH").value_or(""), path);
    {
      const EnvironmentChange inner(EnvironmentChange::Variables{{"CHANGE_OLD", "inner"}});
      EXPECT_EQ(process_environment("CHANGE_OLD"), "inner");
      EXPECT_EQ(process_environment("CHANGE_NEW"), "new=1");
    }
    EXPECT_EQ(process_environment("CHANGE_OLD"), "other");
  }
  expect_before();
}

TEST_F(EnvironmentChangeTest, LeavesWhatOthersSetMeanwhile) {
  {
    const EnvironmentChange change({{"CHANGE_OLD", "other"}, {"CHANGE_NEW", "new"}});
    setenv("CHANGE_OTHER", "stays", 1);
  }
  expect_before();
  EXPECT_EQ(process_environment("CHANGE_OTHER"), "stays");
}

// The address sanitizer sees what setenv() would do here.
TEST_F(EnvironmentChangeTest, IsSeenWholeByThreadsThatRead) {
  std::atomic<bool> over = false;
  std::atomic<int> wrong = 0;
  std::thread reader([&] {
    while (!over) {
      const char* found = std::getenv("CHANGE_OLD");
      if (found == nullptr || (std::string(found) != "old" && std::string(found) != "other")) ++wrong;
    }
  });
  for (int i = 0; i < 500; ++i) const EnvironmentChange change({{"CHANGE_OLD", "other"}, {"CHANGE_NEW", "new"}});
  over = true;
  reader.join();
  EXPECT_EQ(wrong, 0);
  expect_before();
}

}  // namespace
}  // namespace scalemark::comm
