#include "results/limits.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <functional>
#include <stdexcept>
#include <string>

#include "core/error.h"
#include "results/durable_file.h"
#include "results/result_store.h"
#include "results/sample_records.h"

namespace scalemark::results {
namespace {

constexpr std::size_t kStored = 100'000;

std::string complaint_about(const ResultFile& file) {
  try {
    check_limits(file, kStored);
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "";
}

std::string complaint_after(const std::function<void(CaseRecord&)>& change) {
  ResultFile file = testing::sample_header();
  file.cases = {testing::full_case("a")};
  change(file.cases.front());
  return complaint_about(file);
}

TEST(Limits, HoldASoundFile) {
  EXPECT_EQ(complaint_after([](CaseRecord&) {}), "");
}

TEST(Limits, OfTextsAreThoseOfAConfig) {
  EXPECT_EQ(complaint_after([](CaseRecord& record) { record.row.label.assign(100, 'x'); }), "");
  EXPECT_EQ(complaint_after([](CaseRecord& record) { record.row.label.assign(101, 'x'); }),
            "case 'a' holds 101 bytes in 'label', where 100 are the most");
  EXPECT_EQ(complaint_after([](CaseRecord& record) { record.row.model.assign(20'000, 'x'); }),
            "case 'a' holds 20000 bytes in 'model', where 1000 are the most");
  EXPECT_EQ(complaint_after([](CaseRecord& record) { record.rank_rows.front().host.assign(20'000, 'x'); }),
            "case 'a' holds 20000 bytes in 'host', where 1000 are the most");
  EXPECT_EQ(complaint_after([](CaseRecord& record) { record.arms["\x1b[2J"] = record.arms["full"]; }),
            "case 'a' has an arm whose name is not printable");
}

TEST(Limits, OfCountsAreThoseOfAConfig) {
  EXPECT_EQ(complaint_after([](CaseRecord& record) {
              record.arms["full"] = {1, 1, std::vector<double>(10'001, 0.1)};
            }),
            "case 'a' holds more than 10000 repetitions");
  EXPECT_EQ(complaint_after([](CaseRecord& record) {
              record.arms["full"] = {1, 1 << 20, {}};
            }),
            "case 'a' holds more than 65536 ranks");
  ResultFile many;
  many.cases.resize(10'001);
  EXPECT_EQ(complaint_about(many), "holds 10001 cases, where 10000 are the most");
  for (CaseRecord& probe : many.cases) probe.parameters = {{"probe_of", "b"}};
  EXPECT_EQ(complaint_about(many), "");
}

TEST(Limits, OfAllTogetherFollowFromWhatIsOnTheDisk) {
  const auto loss_of = [](std::size_t steps) {
    return complaint_after([steps](CaseRecord& record) { record.loss.assign(steps, 0.0); });
  };
  const std::size_t most = most_held_bytes(kStored) / sizeof(double);
  EXPECT_EQ(loss_of(most - 10'000), "");
  EXPECT_NE(loss_of(most).find("of samples and texts, where 33.5 MiB are the most for 97.7 KiB on the disk"),
            std::string::npos)
      << loss_of(most);
}

/// A file of one data block, with a hole up to `size` behind it.
std::string file_with_hole(std::size_t size) {
  std::string path = testing::fresh_path("results.h5");
  auto store = ResultStore::create(path, testing::sample_header());
  store.put_case(testing::full_case("a"));
  store.commit();
  EXPECT_EQ(truncate(path.c_str(), static_cast<off_t>(size)), 0);
  return path;
}

TEST(Limits, AHoleIsNotRead) {
  const std::string path = file_with_hole(std::size_t{1} << 34);
  EXPECT_LT(stored_bytes(path), std::size_t{1} << 20);
  try {
    read_results(path);
    ADD_FAILURE() << "read";
  } catch (const InputError& error) {
    EXPECT_EQ(error.what(), path + ": cannot be read: File too large, for what of it is on the disk");
  }
}

TEST(Limits, StoredBytesOfAFileWithoutHolesAreItsSize) {
  const std::string path = testing::fresh_path("whole");
  std::ofstream(path) << std::string(10'000, 'x');
  EXPECT_EQ(stored_bytes(path), 10'000U);
}

}  // namespace
}  // namespace scalemark::results
