#include "analysis/startup/startup.h"

#include <gtest/gtest.h>

#include "analysis/result_fixture.h"

namespace scalemark::analysis {
namespace {

results::CaseRecord set_up_in(const std::string& id, double seconds, std::int64_t visit) {
  results::CaseRecord record = make_case(id, 1, 8, {0.1});
  record.execution.set_up_seconds = seconds;
  record.visits = {visit};
  return record;
}

TEST(Startup, ThePartsAreInTheirOrderAndTheFirstCaseIsTheFirstMeasured) {
  auto file = make_file({set_up_in("later", 1.5, 1), set_up_in("first", 4, 0), make_case("never", 1, 16, {})});
  file.provenance.startup_seconds = {{"communicator_seconds", 2}, {"mpi_seconds", 0.5}, {"of_a_later_release", 9}};
  const auto lines = startup_lines({file});
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0].phase, "mpi");
  EXPECT_EQ(lines[0].seconds, 0.5);
  EXPECT_EQ(lines[1].phase, "communicator");
  EXPECT_EQ(lines[2].phase, "first_case");
  EXPECT_EQ(lines[2].seconds, 4);
  EXPECT_TRUE(lines[2].what.starts_with("first: "));
}

TEST(Startup, AnOlderFileSaysNothing) { EXPECT_TRUE(startup_lines({make_file({set_up_in("one", 4, 0)})}).empty()); }

}  // namespace
}  // namespace scalemark::analysis
