#include <gtest/gtest.h>

#include <algorithm>

#include "analysis/result_fixture.h"
#include "analysis/synthetic_sweep.h"
#include "config/experiment.h"
#include "lab/find_template.h"
#include "lab/lab_page.h"
#include "lab/read_template.h"
#include "published/import_figures.h"
#include "report/names.h"
#include "report/sections.h"
#include "source_tree.h"

namespace scalemark::lab {
namespace {

const std::filesystem::path kConfigs = std::filesystem::path(source_tree()) / "configs";

class ShippedTemplate : public testing::TestWithParam<std::string> {};

TEST_P(ShippedTemplate, BelongsToTheConfigOfItsNameAndFindsItsPublishedFigures) {
  const auto path = kConfigs / "templates" / (GetParam() + ".yaml");
  const LabTemplate read = read_template(path);
  const auto experiment = config::load_experiment(kConfigs / (GetParam() + ".yaml"));
  results::ResultFile file;
  file.provenance.config = experiment.resolved_yaml;
  EXPECT_EQ(template_of(file), GetParam());
  if (!read.published_file.empty()) {
    EXPECT_TRUE(find_published(read.published_file, path)) << read.published_file;
  }
}

/// Every selector of every question keeps a case of the config: no name in a template is a slip of the pen.
TEST_P(ShippedTemplate, AsksOnlyForCasesOfItsConfig) {
  std::vector<results::CaseRecord> records;
  for (const auto& one : config::load_experiment(kConfigs / (GetParam() + ".yaml")).cases) {
    auto record = analysis::make_case(one.id, one.ranks(), one.batch_per_rank(), {1.0});
    record.row.label = one.label;
    record.row.model = one.model;
    record.row.devices = one.gpus;
    records.push_back(record);
  }
  const auto report = analysis::build_report({analysis::make_file(records)});
  const CaseNumbers numbers(report);
  const LabTemplate read = read_template(kConfigs / "templates" / (GetParam() + ".yaml"));
  for (const auto& answer : answers_of(read, numbers, report::sections_of(report))) {
    for (const auto& gap : answer.gaps)
      EXPECT_EQ(gap.find("hold no case"), std::string::npos) << answer.id << ": " << gap;
  }
  for (const auto& question : read.questions) {
    for (const auto& selector : question.cases)
      EXPECT_FALSE(selector.select(numbers, numbers.cases).empty()) << question.id << ": " << selector.text();
  }
}

INSTANTIATE_TEST_SUITE_P(All, ShippedTemplate,
                         testing::Values("hpml-lab5", "hpml-lab2", "tiny-imagenet", "revnet-memory", "data-loading",
                                         "resnet10-optimizations"),
                         [](const auto& one) {
                           std::string name = one.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST(ReportNames, EveryTableMatrixAndFigureOfAReportHasItsNameInTheLists) {
  analysis::SyntheticSweep sweep;
  for (const auto& file : {sweep.lab5(), sweep.with_buckets_and_changes()}) {
    const auto tables = report::table_names();
    const auto matrices = report::matrix_names();
    for (const auto& section : report::sections_of(analysis::build_report({file}))) {
      EXPECT_EQ(std::ranges::count(tables, section.table.name), 1) << section.table.name;
      for (const auto& matrix : section.matrices)
        EXPECT_EQ(std::ranges::count(matrices, matrix.quantity), 1) << matrix.title;
    }
  }
}

}  // namespace
}  // namespace scalemark::lab
