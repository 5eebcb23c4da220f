#include "published/import_figures.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "results/record_checks.h"

namespace scalemark::published {
namespace {

using results::ResultFile;

ResultFile imported(const std::string& rows) { return import_text("f.csv", "# source: a paper\n" + rows); }

/// Every fault, one per line; the header stands in line 2.
std::string faults_of(const std::string& rows) {
  try {
    imported(rows);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(Import, ReadsEveryKindOfColumn) {
  const ResultFile file =
      import_text("f.csv",
                  "# title: Figures of a paper\n# institution: An institute\n#source:  https://x.y/z \n"
                  "# note: for the reader\n"
                  "model,checkpointing,ranks,batch_per_rank,parameters,step_seconds,test_accuracy,images,"
                  "device,final_loss\n"
                  "resnet18,true,2,512,11173962,0.25,0.93,50000,NVIDIA V100,-1.5e-1\n");
  EXPECT_EQ(file.title, "Figures of a paper");
  EXPECT_EQ(file.institution, "An institute");
  EXPECT_EQ(file.source, "https://x.y/z");
  ASSERT_EQ(file.cases.size(), 1u);
  const auto& record = file.cases[0];
  EXPECT_EQ(record.row.case_id, "ranks=2,batch_per_rank=512");
  EXPECT_EQ(record.row.status, results::CaseStatus::kOk);
  EXPECT_EQ(record.row.model, "resnet18");
  EXPECT_TRUE(record.row.checkpointing);
  EXPECT_EQ(record.row.devices, 2);
  EXPECT_EQ(record.row.global_batch, 1024);
  EXPECT_EQ(record.row.parameters, 11173962);
  EXPECT_EQ(record.row.test_accuracy, 0.93);
  EXPECT_EQ(record.row.final_loss, -0.15);
  EXPECT_EQ(record.images, 50000);
  ASSERT_EQ(record.rank_rows.size(), 1u);
  EXPECT_EQ(record.rank_rows[0].device, "NVIDIA V100");
  EXPECT_TRUE(record.arms.empty());
  EXPECT_EQ(record.planned_repetitions, 0);
  results::check_record(record);
}

TEST(Import, FillsOnlyWhatFollows) {
  const auto row = imported("ranks,global_batch,step_seconds,images\n2,1024,0.25,50000\n").cases.at(0).row;
  EXPECT_EQ(row.batch_per_rank, 512);
  EXPECT_DOUBLE_EQ(row.images_per_second, 4096);
  EXPECT_DOUBLE_EQ(row.epoch_seconds_estimated, 50000.0 / 1024 * 0.25);
  EXPECT_TRUE(std::isnan(row.epoch_seconds) && std::isnan(row.peak_memory_bytes) && std::isnan(row.step_seconds_low));
  const auto epoch = imported("ranks,batch_per_rank,epoch_seconds\n1,512,18.07\n").cases.at(0).row;
  EXPECT_TRUE(std::isnan(epoch.step_seconds) && std::isnan(epoch.images_per_second));
}

TEST(Import, ALabelledRowMayLeaveTheBatchOut) {
  const auto file = import_text("f.csv", "# source: s\nlabel,ranks,images,step_seconds\nloading,1,1000,2\n");
  const auto& row = file.cases.at(0).row;
  EXPECT_EQ(row.case_id, "loading");
  EXPECT_EQ(row.global_batch, 0);
  EXPECT_TRUE(std::isnan(row.images_per_second) && std::isnan(row.epoch_seconds_estimated));
}

TEST(Import, AnEmptyFieldWasNotPublished) {
  const auto file = imported("ranks,batch_per_rank,step_seconds,epoch_seconds\n1,8,,2.5\n2,8,0.5,\n");
  EXPECT_TRUE(std::isnan(file.cases[0].row.step_seconds));
  EXPECT_EQ(file.cases[1].row.step_seconds, 0.5);
}

TEST(Import, AStatusOtherThanOkNeedsAReason) {
  const auto file = imported("ranks,batch_per_rank,status,reason\n1,8,oom,16 GB are not enough\n");
  EXPECT_EQ(file.cases[0].row.status, results::CaseStatus::kOom);
  EXPECT_EQ(faults_of("ranks,batch_per_rank,status\n1,8,oom\n"),
            "f.csv:3:1: reason: is missing: say why the status is not ok");
}

TEST(Import, FaultsOfFieldsNameColumnAndWhatIsAllowed) {
  const std::string header = "ranks,batch_per_rank,epoch_seconds,test_accuracy,checkpointing,status\n";
  EXPECT_EQ(faults_of(header + "1,512,fast,,,\n"),
            "f.csv:3:7: epoch_seconds: 'fast' is not a positive number, such as 18.07");
  EXPECT_EQ(faults_of(header + "1,512,0,,,\n"),
            "f.csv:3:7: epoch_seconds: '0' is not a positive number, such as 18.07");
  EXPECT_EQ(faults_of(header + "1,512,nan,,,\n"),
            "f.csv:3:7: epoch_seconds: 'nan' is not a positive number, such as 18.07");
  EXPECT_EQ(faults_of(header + "1,512,\"1,5\",,,\n"),
            "f.csv:3:7: epoch_seconds: '1,5' is not a positive number, such as 18.07");
  EXPECT_EQ(faults_of(header + "0,512,1,,,\n"), "f.csv:3:1: ranks: '0' is not a whole number from 1 to 2147483647");
  EXPECT_EQ(faults_of(header + "1,512,1,93,,\n"),
            "f.csv:3:9: test_accuracy: '93' is not a fraction from 0 to 1, such as 0.93");
  EXPECT_EQ(faults_of(header + "1,512,1,,yes,\n"), "f.csv:3:10: checkpointing: 'yes' is not true or false");
  EXPECT_EQ(faults_of(header + "1,512,1,,,fine\n"),
            "f.csv:3:11: status: 'fine' is not one of ok, oom, failed, timeout, skipped, invalid");
}

TEST(Import, EveryFaultIsSaidAtOnce) {
  EXPECT_EQ(faults_of("ranks,batch_per_rank,epoch_seconds\nx,512,1\n1,512,-1\n1,512\n"),
            "f.csv:3:1: ranks: 'x' is not a whole number from 1 to 2147483647\n"
            "f.csv:4:7: epoch_seconds: '-1' is not a positive number, such as 18.07\n"
            "f.csv:5:1: the row has 2 field(s), the header 3");
}

TEST(Import, FaultsOfTheHeader) {
  EXPECT_EQ(faults_of("ranks,batch_per_rank,epoch_second\n1,512,1\n"),
            "f.csv:2:22: epoch_second: unknown column; did you mean epoch_seconds?\n"
            "f.csv:3:1: status: is ok without any figure: give step_seconds, epoch_seconds or another");
  EXPECT_NE(faults_of("ranks,ranks,batch_per_rank,step_seconds\n1,2,3,4\n")
                .find("f.csv:2:7: ranks: the column is there twice"),
            std::string::npos);
  EXPECT_EQ(faults_of(""), "f.csv:1:1: holds no header row: the names of the columns, between commas");
  EXPECT_EQ(faults_of("ranks,batch_per_rank,step_seconds\n"), "f.csv:2:1: no row follows the header");
}

TEST(Import, TheSourceIsNeeded) {
  try {
    import_text("f.csv", "ranks,batch_per_rank,step_seconds\n1,2,3\n");
    FAIL() << "figures from nowhere were taken";
  } catch (const InputError& error) {
    EXPECT_STREQ(error.what(), "f.csv:1:1: source: is missing: a line '# source: ...' says where the figures are from");
  }
  EXPECT_EQ(faults_of("# source: b\nranks,batch_per_rank,step_seconds\n1,2,3\n"), "f.csv:2:2: source: is there twice");
}

TEST(Import, RowsThatContradictThemselvesOrEachOther) {
  EXPECT_EQ(faults_of("ranks,batch_per_rank,global_batch,step_seconds\n2,512,512,1\n"),
            "f.csv:3:1: global_batch: is 512, and not batch_per_rank x ranks = 512 x 2");
  EXPECT_EQ(faults_of("ranks,batch_per_rank,step_seconds\n4,9223372036854775807,1\n"),
            "f.csv:3:1: batch_per_rank: is too large for so many ranks");
  EXPECT_EQ(
      faults_of("ranks,batch_per_rank,step_seconds,step_seconds_low\n1,8,1,0.9\n"),
      "f.csv:3:1: step_seconds: does not lie between step_seconds_low and step_seconds_high; give all three or none "
      "of the bounds");
  EXPECT_EQ(faults_of("ranks,batch_per_rank,step_seconds\n1,8,1\n1,8,2\n"),
            "f.csv:4:1: case: 'ranks=1,batch_per_rank=8' is in line 3 already; name the cases apart");
  EXPECT_EQ(faults_of("case,ranks,batch_per_rank,step_seconds\na/b,1,8,1\n"),
            "f.csv:3:1: case: is not a name: it holds a /, or is . or ..");
  EXPECT_EQ(faults_of("ranks,step_seconds\n1,1\n"),
            "f.csv:3:1: batch_per_rank: is missing: give batch_per_rank or global_batch, or a label where no batch was "
            "published");
}

TEST(Import, ManyFaultsEndEarly) {
  std::string rows = "ranks,batch_per_rank,step_seconds\n";
  for (int i = 0; i < 1000; ++i) rows += "x,y,z\n";
  const std::string message = faults_of(rows);
  EXPECT_LT(std::count(message.begin(), message.end(), '\n'), 60);
}

TEST(Import, TakesNoMoreThanAResultFileMayHold) {
  EXPECT_EQ(faults_of("label,ranks,batch_per_rank,step_seconds\n" + std::string(101, 'x') + ",1,8,1\n"),
            "f.csv: case 'ranks=1,batch_per_rank=8' holds 101 bytes in 'label', where 100 are the most");
}

TEST(Import, OnlySmallRegularFiles) {
  EXPECT_THROW(import_figures("/nonexistent.csv"), InputError);
  EXPECT_THROW(import_figures("/dev/zero"), InputError);
  EXPECT_THROW(import_figures("/"), InputError);
}

}  // namespace
}  // namespace scalemark::published
