#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <sstream>

#include "analysis/result_fixture.h"
#include "report/tables/csv.h"
#include "report/tables/tables.h"
#include "results/quantities.h"

namespace scalemark::report {
namespace {

using namespace analysis;

std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields;
  std::istringstream stream(line.substr(0, line.find('\r')) + ",");
  for (std::string field; std::getline(stream, field, ',');) fields.push_back(field);
  return fields;
}

/// [row] Name and field of each column of the table's CSV file.
std::vector<std::map<std::string, std::string>> rows_of(const Table& table) {
  std::istringstream text(csv_text(table));
  std::string line;
  std::getline(text, line);
  const std::vector<std::string> header = fields_of(line);
  std::vector<std::map<std::string, std::string>> rows;
  while (std::getline(text, line)) {
    const std::vector<std::string> fields = fields_of(line);
    EXPECT_EQ(fields.size(), header.size());
    auto& row = rows.emplace_back();
    for (std::size_t i = 0; i < header.size(); ++i) EXPECT_TRUE(row.emplace(header[i], fields[i]).second) << header[i];
  }
  return rows;
}

Report report_of_one_case() {
  auto record = make_case("a", 2, 10, {0.5});
  record.row.checkpointing = true;
  record.row.exposed_comm_seconds = -0.25;
  record.row.test_accuracy = 0.125;
  return build_report({make_file({record})});
}

// Scripts read these columns by name, or by position.
TEST(ResultTables, TheColumnsOfTheFirstVersionKeepTheirPlaces) {
  const std::string text = csv_text(case_section(report_of_one_case()).table);
  EXPECT_EQ(text.find("name,case,label,file,status,reason,ranks,batch_per_rank,global_batch,step_seconds,"
                      "step_seconds_low,step_seconds_high,images_per_second,peak_memory_bytes,flags,model,dataset,mode,"
                      "precision,optimizer,loader_workers,parameters,images,repetitions,planned_repetitions,"
                      "epoch_seconds,epoch_seconds_estimated,first_epoch_seconds,"),
            0U)
      << text;
  EXPECT_EQ(csv_text(rank_section(report_of_one_case().cases).table)
                .find("case,rank,host,device,device_uuid,pci_id,threads,peak_memory_bytes\r\n"),
            0U);
}

TEST(ResultTables, TheCasesHoldEveryColumnOfTheCatalogueOnce) {
  const auto rows = rows_of(case_section(report_of_one_case()).table);
  ASSERT_EQ(rows.size(), 1U);
  for (const auto& column : results::table_columns<results::CaseRow>())
    EXPECT_TRUE(rows[0].contains(column.name)) << column.name;
  EXPECT_EQ(rows[0].at("checkpointing"), "true");
  EXPECT_EQ(rows[0].at("devices"), "2");
  EXPECT_EQ(rows[0].at("exposed_comm_seconds"), "-0.25");
  EXPECT_EQ(rows[0].at("test_accuracy"), "0.125");
  EXPECT_EQ(rows[0].at("epoch_seconds"), "");
}

TEST(ResultTables, ThePageShowsTheColumnsWithTitles) {
  std::vector<std::string> titles;
  for (const auto& column : case_section(report_of_one_case()).table.columns)
    if (!column.title.empty()) titles.push_back(column.title);
  EXPECT_EQ(titles, (std::vector<std::string>{"case", "status", "reason", "ranks", "batch per rank", "global batch",
                                              "typical step", "images/s", "peak memory", "flags", "step time"}));
}

TEST(ResultTables, RanksAreOfTheCaseAsTheReportNamesIt) {
  const auto rows = rows_of(rank_section(report_of_one_case().cases).table);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[1].at("case"), "a");
  EXPECT_EQ(rows[1].at("rank"), "1");
  EXPECT_EQ(rows[1].at("peak_memory_bytes"), "2097152");
}

}  // namespace
}  // namespace scalemark::report
