// Writes the file that golden_schema.txt lists and read_sample.py reads: write_sample FILE
#include <filesystem>
#include <iostream>

#include "results/result_store.h"
#include "results/sample_records.h"

int main(int argc, char** argv) {
  using namespace scalemark::results;
  if (argc != 2) {
    std::cerr << "usage: write_sample FILE\n";
    return 2;
  }
  std::filesystem::remove(argv[1]);
  ResultFile header = testing::sample_header();
  header.comm = {testing::sample_comm()};
  ResultStore store = ResultStore::create(argv[1], header);
  store.put_case(testing::full_case("resnet18-2x128"));
  CaseRecord in_float64 = testing::skipped_case("without-samples");
  in_float64.loss_is_float64 = true;
  store.put_case(in_float64);
  store.commit();
  return 0;
}
