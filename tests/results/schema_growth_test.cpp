// The schema grows, and files of every version stay readable: older ones, which lack columns, and newer ones, which
// have more of them.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <hdf5.h>

#include <cmath>
#include <filesystem>
#include <functional>
#include <numeric>
#include <set>

#include "core/error.h"
#include "results/hdf5_handle.h"
#include "results/quantities.h"
#include "results/record_comparison.h"
#include "results/result_store.h"
#include "results/sample_records.h"
#include "results/schema.h"
#include "source_tree.h"

namespace scalemark::results {
namespace {

constexpr const char* kCaseTable = "/tables/cases";
constexpr const char* kRankTable = "/tables/ranks";

ResultFile sample_file() {
  ResultFile file = testing::sample_header();
  file.cases = {testing::full_case("a"), testing::skipped_case("b")};
  return file;
}

std::string written(const ResultFile& file) {
  std::string path = testing::fresh_path("results.h5");
  ResultFile header = file;
  header.cases.clear();
  ResultStore store = ResultStore::create(path, header);
  for (const CaseRecord& record : file.cases) store.put_case(record);
  store.commit();
  return path;
}

struct StoredMember {
  std::string name;
  Handle type;
};

std::vector<StoredMember> members_of(const Handle& compound) {
  std::vector<StoredMember> members;
  for (int i = 0; i < H5Tget_nmembers(compound.get()); ++i) {
    char* const name = H5Tget_member_name(compound.get(), static_cast<unsigned>(i));
    members.push_back({name, Handle(H5Tget_member_type(compound.get(), static_cast<unsigned>(i)))});
    H5free_memory(name);
  }
  return members;
}

Handle packed_type(const std::vector<StoredMember>& members) {
  const std::size_t bytes = std::accumulate(members.begin(), members.end(), std::size_t{0}, [](auto sum, auto& member) {
    return sum + H5Tget_size(member.type.get());
  });
  Handle type(H5Tcreate(H5T_COMPOUND, bytes));
  std::size_t offset = 0;
  for (const auto& [name, member_type] : members) {
    EXPECT_GE(H5Tinsert(type.get(), name.c_str(), offset, member_type.get()), 0) << name;
    offset += H5Tget_size(member_type.get());
  }
  return type;
}

/// Writes a table anew with the members that `change` leaves or adds; values of added ones are zero.
void rewrite_table(const std::string& path, const char* table,
                   const std::function<void(std::vector<StoredMember>&)>& change) {
  const Handle file(H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT));
  const Handle old(H5Dopen2(file.get(), table, H5P_DEFAULT));
  const Handle space(H5Dget_space(old.get()));
  auto members = members_of(Handle(H5Dget_type(old.get())));
  change(members);
  const Handle type = packed_type(members);
  std::vector<std::byte> rows(H5Tget_size(type.get()) *
                              static_cast<std::size_t>(H5Sget_simple_extent_npoints(space.get())));
  ASSERT_GE(H5Dread(old.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, rows.data()), 0);
  ASSERT_GE(H5Ldelete(file.get(), table, H5P_DEFAULT), 0);
  const Handle fresh(H5Dcreate2(file.get(), table, type.get(), space.get(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  ASSERT_GE(H5Dwrite(fresh.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, rows.data()), 0);
  H5Dvlen_reclaim(type.get(), space.get(), H5P_DEFAULT, rows.data());
}

void remove_column(const std::string& path, const char* table, const std::string& name) {
  rewrite_table(path, table, [&](auto& members) {
    EXPECT_EQ(std::erase_if(members, [&](const auto& member) { return member.name == name; }), 1U) << name;
  });
}

Handle variable_text() {
  Handle type(H5Tcopy(H5T_C_S1));
  H5Tset_size(type.get(), H5T_VARIABLE);
  return type;
}

void put_minor(const std::string& path, std::int64_t minor) {
  const Handle file(H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT));
  const Handle attribute(H5Aopen(file.get(), "schema_minor", H5P_DEFAULT));
  EXPECT_GE(H5Awrite(attribute.get(), H5T_NATIVE_INT64, &minor), 0);
}

std::string refusal(const std::string& path) {
  try {
    read_results(path);
  } catch (const InputError& error) {
    return std::string(error.what()).substr(path.size() + 2);
  }
  return "read";
}

template <class Row>
void forget(Row& row, const TableColumn<Row>& column) {
  std::visit([&](auto member) { row.*member = Row().*member; }, column.member);
}

/// What a reader sees of the file where `forgotten` says of a column that the file lacks it.
template <class Forgotten>
void forget_columns(ResultFile& file, const Forgotten& forgotten) {
  for (CaseRecord& record : file.cases) {
    for (const auto& column : table_columns<CaseRow>())
      if (forgotten(kCaseTable, column.name, column.since_minor)) forget(record.row, column);
    for (const auto& column : table_columns<RankRow>())
      for (RankRow& row : record.rank_rows)
        if (forgotten(kRankTable, column.name, column.since_minor)) forget(row, column);
  }
}

const std::set<std::string> kNeededOfCases = {"case",         "status",         "checkpointing",
                                              "ranks",        "devices",        "batch_per_rank",
                                              "global_batch", "loader_workers", "parameters"};
const std::set<std::string> kNeededOfRanks = {"case", "rank", "threads"};

template <class Row>
void expect_each_column_can_be_missing(const char* table, const std::set<std::string>& needed) {
  for (const auto& column : table_columns<Row>()) {
    ResultFile expected = sample_file();
    const std::string path = written(expected);
    remove_column(path, table, column.name);
    if (needed.contains(column.name)) {
      EXPECT_EQ(refusal(path), fmt::format("'{}' has no column '{}'", table, column.name));
      continue;
    }
    forget_columns(expected, [&](const char* where, const std::string& name, int) {
      return std::string(where) == table && name == column.name;
    });
    testing::expect_same(expected, read_results(path));
  }
}

// Below minor 2 the row does not say it.
TEST(SchemaGrowth, ACaseInFlightIsToldFromOneThatFailed) {
  ResultFile file = sample_file();
  file.cases.resize(2);
  for (CaseRecord& record : file.cases) {
    record.row.status = CaseStatus::kFailed;
    record.row.reason = "not measured yet";
  }
  file.cases[0].interruptions = 1;
  file.cases[1].interruptions = 0;
  const ResultFile found = read_results(written(file));
  EXPECT_STREQ(status_text(found.cases[0].row), "in flight");
  EXPECT_STREQ(status_text(found.cases[1].row), "failed");
  EXPECT_STREQ(to_string(found.cases[0].row.status), "failed") << "the enum is what it was";
}

TEST(SchemaGrowth, AMissingColumnOfCasesIsUnknownOrRefusedByName) {
  expect_each_column_can_be_missing<CaseRow>(kCaseTable, kNeededOfCases);
}

TEST(SchemaGrowth, AMissingColumnOfRanksIsUnknownOrRefusedByName) {
  expect_each_column_can_be_missing<RankRow>(kRankTable, kNeededOfRanks);
}

TEST(SchemaGrowth, WhatIsUnknownIsNaNOrEmpty) {
  const std::string path = written(sample_file());
  remove_column(path, kCaseTable, "step_seconds");
  remove_column(path, kCaseTable, "label");
  const CaseRow row = read_results(path).cases.at(0).row;
  EXPECT_TRUE(std::isnan(row.step_seconds));
  EXPECT_EQ(row.label, "");
  EXPECT_EQ(row.step_seconds_low, 0.09);
}

TEST(SchemaGrowth, ColumnsOfANewerVersionAreLeftOut) {
  const ResultFile expected = sample_file();
  const std::string path = written(expected);
  for (const char* table : {kCaseTable, kRankTable}) {
    rewrite_table(path, table, [](auto& members) {
      members.insert(members.begin(), {"future_seconds", Handle(H5Tcopy(H5T_NATIVE_DOUBLE))});
      members.insert(members.begin() + 3, {"future_text", variable_text()});
      members.push_back({"future_count", Handle(H5Tcopy(H5T_NATIVE_INT))});
    });
  }
  put_minor(path, schema::kMinor + 1);
  testing::expect_same(expected, read_results(path));
}

TEST(SchemaGrowth, AFileOfANewerVersionIsNotContinued) {
  const std::string path = written(sample_file());
  put_minor(path, schema::kMinor + 1);
  try {
    ResultStore::resume(path);
    FAIL() << "what the newer version added would be lost";
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("was written by a newer version of Scalemark"), std::string::npos);
  }
}

std::string sample_of(int minor) {
  return source_tree() + "/tests/results/files/minor-" + std::to_string(minor) + ".h5";
}

void forget_minor_2(CaseRecord& record) {
  testing::drop_step_series(record);
  record.visits.clear();
  record.target_runs.clear();
  record.wanted_repetitions.reset();
  record.execution.sustained_flops_per_second = kNotMeasured;
  record.execution.set_up_seconds = kNotMeasured;
  record.execution.comm_launch.clear();
  record.execution.nccl_choices.clear();
}

void forget_minor_2(CommRecord& record) {
  record.in_a_row = {};
  record.in_place_in_a_row = {};
  record.choices.clear();
  record.expected_bus_bandwidth = kNotMeasured;
  record.links.clear();
}

// write_sample of each release made its file, which is never made anew. What a later release adds to full_case() beside
// columns has to be taken out here again.
TEST(SchemaGrowth, FilesOfEveryReleasedMinorAreReadForEver) {
  int files = 0;
  for (int minor = 0; minor <= schema::kMinor; ++minor) {
    if (!std::filesystem::exists(sample_of(minor))) continue;
    ++files;
    ResultFile expected = testing::sample_header();
    expected.cases = {testing::full_case("resnet18-2x128"), testing::skipped_case("without-samples")};
    expected.cases[1].loss_is_float64 = true;
    expected.comm = {testing::sample_comm()};
    forget_columns(expected, [&](const char*, const std::string&, int since) { return since > minor; });
    if (minor < 2) {
      expected.provenance.startup_seconds.clear();
      forget_minor_2(expected.cases[0]);
      forget_minor_2(expected.comm[0]);
    }
    const ResultFile found = read_results(sample_of(minor));
    testing::expect_same(expected, found);
    EXPECT_EQ(found.schema_minor, minor);
  }
  EXPECT_GE(files, schema::kMinor) << "tests/results/files lacks the sample of a release";
}

template <class Row>
std::vector<std::string> columns_until(int minor) {
  std::vector<std::string> names;
  for (const auto& column : table_columns<Row>())
    if (column.since_minor <= minor) names.emplace_back(column.name);
  return names;
}

TEST(SchemaGrowth, TheCatalogueKnowsSinceWhenThereIsAColumn) {
  for (int minor = 0; minor <= schema::kMinor; ++minor) {
    if (!std::filesystem::exists(sample_of(minor))) continue;
    const Handle file(H5Fopen(sample_of(minor).c_str(), H5F_ACC_RDONLY, H5P_DEFAULT));
    const auto stored = [&](const char* table) {
      const Handle dataset(H5Dopen2(file.get(), table, H5P_DEFAULT));
      std::vector<std::string> names;
      for (const auto& member : members_of(Handle(H5Dget_type(dataset.get())))) names.push_back(member.name);
      return names;
    };
    EXPECT_EQ(stored(kCaseTable), columns_until<CaseRow>(minor));
    EXPECT_EQ(stored(kRankTable), columns_until<RankRow>(minor));
  }
}

TEST(SchemaGrowth, AResumedFileIsOfTheNewestMinor) {
  const std::string path = testing::fresh_path("results.h5");
  std::filesystem::copy_file(sample_of(0), path);
  ResultStore::resume(path).commit();
  EXPECT_EQ(read_results(path).schema_minor, schema::kMinor);
  EXPECT_EQ(read_results(path).cases.size(), 2U);
}

}  // namespace
}  // namespace scalemark::results
