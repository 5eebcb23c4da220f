#include "sweep/next_command.h"

#include <gtest/gtest.h>

#include "results/result_store.h"
#include "temporary_folder.h"

namespace scalemark::sweep {
namespace {

using results::CaseStatus;

Environment environment_with(const std::string& variable) {
  return
      [variable](const std::string& name) { return name == variable ? std::optional<std::string>("4") : std::nullopt; };
}

TEST(ShellWord, IsQuotedWhereAShellWouldTakeItApart) {
  EXPECT_EQ(shell_word("train.seed=3"), "train.seed=3");
  EXPECT_EQ(shell_word("sweep={gpus: [1, 2]}"), "'sweep={gpus: [1, 2]}'");
  EXPECT_EQ(shell_word("it's"), "'it'\\''s'");
  EXPECT_EQ(shell_word(""), "''");
}

TEST(ResumeCommand, IsWhatWasTypedWithItsFile) {
  const Environment none = environment_with("");
  EXPECT_EQ(resume_command("scalemark run c.yaml", "c-1.h5", 1, none), "scalemark run c.yaml --output c-1.h5 --resume");
  EXPECT_EQ(resume_command("scalemark run c.yaml --output=o.h5 --resume", "o.h5", 1, none),
            "scalemark run c.yaml --output=o.h5 --resume");
  EXPECT_EQ(resume_command("scalemark run c.yaml --output o.h5", "o.h5", 2,
                           environment_with("OMPI_MCA_orte_local_daemon_uri")),
            "mpirun -n 2 scalemark run c.yaml --output o.h5 --resume");
  EXPECT_EQ(resume_command("scalemark run c.yaml --output o.h5", "o.h5", 4, environment_with("SLURM_STEP_ID")),
            "srun -n 4 scalemark run c.yaml --output o.h5 --resume");
}

TEST(ResumeCommand, NamesTheProgramAsItWasStarted) {
  const Environment started = [](const std::string& name) {
    return name == "SCALEMARK_STARTED_AS" ? std::optional<std::string>("my build/scalemark") : std::nullopt;
  };
  EXPECT_EQ(resume_command("scalemark run c.yaml", "o.h5", 1, started),
            "'my build/scalemark' run c.yaml --output o.h5 --resume");
  EXPECT_TRUE(closing_line({}, {}, "o.h5", 1, started).ends_with("next: 'my build/scalemark' report o.h5"));
}

config::CaseConfig case_on(int gpus) {
  config::CaseConfig config;
  config.id = "on " + std::to_string(gpus);
  config.gpus = gpus;
  return config;
}

results::CaseRecord record_on(int gpus, CaseStatus status) {
  results::CaseRecord record;
  record.row.case_id = case_on(gpus).id;
  record.row.status = status;
  return record;
}

TEST(ClosingLine, CountsTheCasesAndNamesTheNextCommand) {
  EXPECT_EQ(closing_line({case_on(1), case_on(2)}, {record_on(1, CaseStatus::kOk), record_on(2, CaseStatus::kOom)},
                         "o.h5", 2),
            "o.h5 holds 2 cases: 1 ok, 1 oom; next: scalemark report o.h5");
}

TEST(ClosingLine, SaysWhichCasesWaitForMoreRanks) {
  const std::string line = closing_line(
      {case_on(1), case_on(2), case_on(4)},
      {record_on(1, CaseStatus::kOk), record_on(2, CaseStatus::kSkipped), record_on(4, CaseStatus::kSkipped)}, "o.h5",
      1);
  EXPECT_NE(line.find("2 skipped for lack of ranks: start with mpirun -n 4 and --resume"), std::string::npos) << line;
  // Skipped for another reason.
  EXPECT_EQ(closing_line({case_on(2)}, {record_on(2, CaseStatus::kSkipped)}, "o.h5", 2),
            "o.h5 holds 1 case: 1 skipped; next: scalemark report o.h5");
}

TEST(LacksOutput, NamesTheFilesOfTheConfig) {
  const TemporaryFolder folder;
  const auto write = [&](const std::string& name, const std::string& hash) {
    results::ResultFile file;
    file.provenance.config_hash = hash;
    results::ResultStore::create(folder.path() / name, std::move(file));
  };
  config::Experiment experiment;
  experiment.hash = "of this";
  const std::string advice = "--resume needs the file to continue: write --resume --output FILE.h5; ";
  EXPECT_EQ(lacks_output(experiment, folder.path() / "new.h5", folder.path()),
            advice + "no file in this folder holds results of this config");
  write("mine-1.h5", "of this");
  write("other.h5", "of another");
  folder.write("broken.h5", "no file of HDF5");
  EXPECT_EQ(lacks_output(experiment, folder.path() / "new.h5", folder.path()),
            advice + "files of this config in this folder: mine-1.h5");
  EXPECT_EQ(lacks_output(experiment, folder.path() / "mine-1.h5", folder.path()), std::nullopt)
      << "a job that Slurm has requeued";
}

}  // namespace
}  // namespace scalemark::sweep
