// Writes the reports that page_test.py looks at: write_report_sample FOLDER
#include <filesystem>
#include <iostream>

#include "analysis/synthetic_sweep.h"
#include "analysis/training/target_fixture.h"
#include "report/report.h"

int main(int argc, char** argv) {
  using namespace scalemark::report;
  using namespace scalemark::analysis;
  if (argc != 2) {
    std::cerr << "usage: write_report_sample FOLDER\n";
    return 2;
  }
  const std::filesystem::path folder = argv[1];
  std::filesystem::remove_all(folder);
  SyntheticSweep sweep;
  write_report(build_report({sweep.file()}), {folder / "sweep"});
  write_report(build_report({SyntheticSweep().lab5()}), {folder / "lab5"});
  write_report(build_report({SyntheticSweep().with_buckets_and_changes()}), {folder / "buckets"});
  write_report(build_report({make_file({sweep.one(1, 32), sweep.one(2, 32)})}), {folder / "small"});
  write_report(build_report({hostile_file()}), {folder / "hostile"});
  write_report(build_report({SyntheticTrainings().file()}), {folder / "trainings"});
  write_report(build_report({SyntheticTrainings().few()}), {folder / "few-trainings"});
  write_report(build_report({make_file({})}), {folder / "empty"});
  return 0;
}
