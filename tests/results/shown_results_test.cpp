#include "results/shown_results.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "results/sample_records.h"

namespace scalemark::results {
namespace {

constexpr const char* kHostile = "a\x1b[2J\r\nb\xff\u202e";
constexpr const char* kShown = "a\uFFFD[2J b\uFFFD\uFFFD";

TEST(ShownResults, ASoundFileStaysAsItIs) {
  ResultFile file = testing::sample_header();
  file.cases = {testing::full_case("a"), testing::skipped_case("b")};
  file.comm = {testing::sample_comm()};
  const ResultFile shown = shown_results(file);
  ASSERT_EQ(shown.cases.size(), file.cases.size());
  for (std::size_t i = 0; i < file.cases.size(); ++i) {
    EXPECT_EQ(shown.cases[i].row.case_id, file.cases[i].row.case_id);
    EXPECT_EQ(shown.cases[i].row.reason, file.cases[i].row.reason);
    for (std::size_t at = 0; at < file.cases[i].parameters.size(); ++at)
      EXPECT_EQ(shown.cases[i].parameters[at].first, file.cases[i].parameters[at].first);
    EXPECT_EQ(shown.cases[i].arms.size(), file.cases[i].arms.size());
  }
  EXPECT_EQ(shown.history, file.history);
  EXPECT_EQ(shown.provenance.config, file.provenance.config);
  EXPECT_EQ(shown.provenance.environment, file.provenance.environment);
}

TEST(ShownResults, NoTextSteersATerminal) {
  ResultFile file = testing::sample_header();
  file.title = file.created = file.provenance.command_line = kHostile;
  file.provenance.environment = {{kHostile, kHostile}};
  file.provenance.hosts = file.provenance.devices = {kHostile};
  file.provenance.config = kHostile;
  CaseRecord record = testing::full_case(kHostile);
  record.row.label = record.row.reason = record.row.model = kHostile;
  record.rank_rows.front().device = kHostile;
  record.parameters = {{kHostile, std::string(kHostile)}};
  record.execution.nccl_choices = kHostile;
  record.skipped_images = record.phase_names = {kHostile};
  file.cases = {record};
  const ResultFile shown = shown_results(file);
  const CaseRecord& one = shown.cases.front();
  for (const std::string& text :
       {shown.title, shown.created, shown.provenance.command_line, shown.provenance.environment.begin()->first,
        shown.provenance.environment.begin()->second, shown.provenance.hosts.front(), shown.provenance.devices.front(),
        one.row.case_id, one.row.label, one.row.reason, one.row.model, one.rank_rows.front().device,
        one.parameters.front().first, std::get<std::string>(one.parameters.front().second), one.execution.nccl_choices,
        one.skipped_images.front(), one.phase_names.front()})
    EXPECT_EQ(text, kShown);
  EXPECT_EQ(shown.provenance.config, "a\uFFFD[2J\nb\uFFFD\uFFFD");
}

TEST(ShownResults, NamesThatDifferInWhatIsNotShownStayApart) {
  ResultFile file = testing::sample_header();
  file.cases = {testing::full_case("a\x01"), testing::full_case("a\x02"), testing::full_case("a\uFFFD-2")};
  std::set<std::string> names;
  for (const CaseRecord& record : shown_results(file).cases) {
    names.insert(record.row.case_id);
    for (const RankRow& rank : record.rank_rows) EXPECT_EQ(rank.case_id, record.row.case_id);
  }
  EXPECT_EQ(names.size(), 3U);
}

}  // namespace
}  // namespace scalemark::results
