#include "collectives/table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "core/error.h"

namespace scalemark::collectives {
namespace {

std::vector<std::string> words(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> found;
  for (std::string word; stream >> word;) found.push_back(word);
  return found;
}

/// Two sizes, three repetitions, two ranks; the slower rank takes 1, 2 and 3 ms for the first and 10, 20 and 30 ms for
/// the second size.
results::CommRecord record(const std::string& op) {
  results::CommRecord record;
  record.op = op;
  record.backend = "mpi";
  record.type = "float";
  record.repetitions = 3;
  record.ranks = 2;
  record.bytes = {4'000'000, 40'000'000};
  record.seconds = {1e-3, 5e-4, 1e-3, 2e-3, 3e-3, 1e-3, 1e-2, 5e-3, 1e-2, 2e-2, 3e-2, 1e-2};
  record.wrong = {0, 2};
  return record;
}

TEST(Table, CountsAsNcclTestsDo) {
  // 4 MB in the median's 2 ms are 2 GB/s; the bus carries 2 (2 - 1) / 2 of it.
  EXPECT_EQ(words(table_row(operation_named("all_reduce"), record("all_reduce"), 0)),
            (std::vector<std::string>{"4000000", "1000000", "float", "sum", "-1", "2000.0", "2.00", "2.00", "0", "N/A",
                                      "N/A", "N/A", "N/A"}));
  // The count is that of a rank's piece, and the bus carries half.
  EXPECT_EQ(words(table_row(operation_named("all_gather"), record("all_gather"), 1)),
            (std::vector<std::string>{"40000000", "5000000", "float", "none", "-1", "20000", "2.00", "1.00", "2", "N/A",
                                      "N/A", "N/A", "N/A"}));
  EXPECT_EQ(words(table_row(operation_named("broadcast"), record("broadcast"), 0))[4], "0") << "the root";
}

/// The same with many in a row: 1.5 ms, the mean of two ranks, for the first and 15 ms for the second size.
results::CommRecord record_in_a_row(const std::string& op) {
  auto found = record(op);
  found.in_a_row = {{1e-3, 2e-3, 1e-2, 2e-2}, {1e-5, 2e-5, 1e-5, 2e-5}, {9e-4, 1.1e-3, results::kNotMeasured, 1.4e-2}};
  found.choices = {"ring, ll, 4 channels", ""};
  return found;
}

std::string line_of(const std::string& text, const std::string& start) {
  const auto line = text.substr(text.find(start));
  return line.substr(0, line.find('\n'));
}

TEST(Table, ShowsTheMeanOverTheRanksOfManyInARow) {
  EXPECT_EQ(words(table_row(operation_named("all_reduce"), record_in_a_row("all_reduce"), 0)),
            (std::vector<std::string>{"4000000", "1000000", "float", "sum", "-1", "1500.0", "2.67", "2.67", "0", "N/A",
                                      "N/A", "N/A", "N/A"}));
  const std::string footer = table_footer(operation_named("all_reduce"), record_in_a_row("all_reduce"));
  EXPECT_NE(footer.find("# Avg bus bandwidth    : 2.66667\n"), std::string::npos) << footer;
  EXPECT_EQ(words(line_of(footer, "#      4000000")),
            (std::vector<std::string>{"#", "4000000", "two-buffers", "1500.0", "1000.0", "15.00", "ring,", "ll,", "4",
                                      "channels"}));
  EXPECT_EQ(words(line_of(footer, "#     40000000")),
            (std::vector<std::string>{"#", "40000000", "two-buffers", "15000", "N/A", "15.00", "N/A"}));
}

TEST(Table, HoldsTheBestSizeAgainstTheLinks) {
  const auto verdict = [](results::CommRecord found, double expected, const std::string& links) {
    found.expected_bus_bandwidth = expected;
    found.links = links;
    return line_of(table_footer(operation_named(found.op), found), "# Links");
  };
  // 40 MB in 15 ms; the first size, below 16 MiB, is not asked.
  EXPECT_EQ(verdict(record_in_a_row("all_reduce"), 3e9, "4 NVLinks of a V100"),
            "# Links                : 2.7 of 3.0 GB/s (4 NVLinks of a V100): 89 %, as expected");
  EXPECT_NE(verdict(record_in_a_row("all_reduce"), 4e9, "x").find(": 67 %, less than expected"), std::string::npos);
  EXPECT_NE(verdict(record_in_a_row("all_reduce"), 6e9, "x").find(": 44 %, far less than expected"), std::string::npos);
  EXPECT_NE(verdict(record_in_a_row("all_reduce"), 2e9, "x").find(": 133 %, more than the links"), std::string::npos);
  // An all-gather's bus carries half of it.
  EXPECT_NE(verdict(record_in_a_row("all_gather"), 3e9, "x").find(": 44 %"), std::string::npos);
  EXPECT_EQ(verdict(record_in_a_row("all_reduce"), results::kNotMeasured, "one rank sends nothing"),
            "# Links                : not judged: one rank sends nothing");
  auto small = record_in_a_row("all_reduce");
  small.bytes = {4'000'000, 8'000'000};
  EXPECT_NE(verdict(small, 3e9, "x").find("not judged: nothing of 16M or more"), std::string::npos);
  EXPECT_NE(verdict(record_in_a_row("sendrecv"), 3e9, "x").find("not judged: each rank sends to one"),
            std::string::npos);
  EXPECT_EQ(table_footer(operation_named("all_reduce"), record("all_reduce")).find("# Links"), std::string::npos)
      << "of ranks on CPUs nothing is said";
}

TEST(Table, EndsWithWrongElementsAndMeanBandwidth) {
  const std::string footer = table_footer(operation_named("all_gather"), record("all_gather"));
  EXPECT_NE(footer.find("# Out of bounds values : 2 FAILED\n"), std::string::npos) << footer;
  EXPECT_NE(footer.find("# Avg bus bandwidth    : 1\n"), std::string::npos) << footer;
  auto unchecked = record("all_reduce");
  unchecked.wrong.clear();
  EXPECT_NE(table_footer(operation_named("all_reduce"), unchecked).find("not checked"), std::string::npos);
}

TEST(Table, PercentilesAreOfTheSlowestRank) {
  const std::string footer = table_footer(operation_named("all_reduce"), record("all_reduce"));
  const auto line = footer.substr(footer.find("#      4000000"));
  EXPECT_EQ(words(line.substr(0, line.find('\n'))), (std::vector<std::string>{"#", "4000000", "two-buffers", "1000.0",
                                                                              "2000.0", "2800.0", "2980.0", "3000.0"}));
}

TEST(Table, NoWordOfItsHeaderStandsBelowIt) {
  auto all = record_in_a_row("all_reduce");
  all.in_place_seconds = all.seconds;
  all.in_place_wrong = all.wrong;
  all.in_place_in_a_row = all.in_a_row;
  for (const char* links : {"one rank sends nothing", "4 NVLinks of a V100"}) {
    all.links = links;
    all.expected_bus_bandwidth = all.links == "4 NVLinks of a V100" ? 3e9 : results::kNotMeasured;
    const auto below = words(table_footer(operation_named("all_reduce"), all));
    for (const auto& word : words(table_header())) {
      EXPECT_EQ(word == "#" ? 0 : std::ranges::count(below, word), 0) << word;
    }
  }
}

TEST(Names, AreAnsweredWithThoseThatThereAre) {
  EXPECT_THROW(operation_named("alltoall"), InputError);
  EXPECT_THROW(type_named("fp8"), InputError);
  for (const int ranks : {2, 4}) EXPECT_DOUBLE_EQ(operation_named("sendrecv").bus_factor(ranks), 1);
}

}  // namespace
}  // namespace scalemark::collectives
