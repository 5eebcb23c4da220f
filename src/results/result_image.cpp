#include "results/result_image.h"

#include <fmt/format.h>

#include <map>
#include <span>

#include "results/case_count.h"
#include "results/case_io.h"
#include "results/comm_io.h"
#include "results/datasets.h"
#include "results/hdf5_image.h"
#include "results/header_io.h"
#include "results/limits.h"
#include "results/record_checks.h"
#include "results/schema.h"
#include "results/tables.h"

namespace scalemark::results {
namespace {

void write_tables(const Handle& file, const std::vector<CaseRecord>& cases) {
  std::vector<CaseRow> rows;
  std::vector<RankRow> rank_rows;
  for (const CaseRecord& record : cases) {
    rows.push_back(record.row);
    rank_rows.insert(rank_rows.end(), record.rank_rows.begin(), record.rank_rows.end());
  }
  const Handle tables = create_group(file, schema::kTables);
  write_table(tables, schema::kCaseTable, std::span<const CaseRow>(rows));
  write_table(tables, schema::kRankTable, std::span<const RankRow>(rank_rows));
}

void remove_member(const Handle& parent, const std::string& name) {
  if (has_member(parent, name))
    checked(H5Ldelete(parent.get(), name.c_str(), H5P_DEFAULT), "remove", {parent.get(), name});
}

std::map<std::string, std::vector<RankRow>> by_case(std::vector<RankRow> rows) {
  std::map<std::string, std::vector<RankRow>> cases;
  for (RankRow& row : rows) cases[row.case_id].push_back(std::move(row));
  return cases;
}

}  // namespace

std::vector<std::byte> ResultImage::bytes(const ResultFile& contents, const std::set<std::string>& changed) {
  try {
    if (file_) update(contents, changed);
    // The library does not reuse the space of deleted strings: start again before they outgrow the content.
    if (!file_ || image_size(file_) > 2 * compact_bytes_) rebuild(contents);
    return image_bytes(file_);
  } catch (...) {
    file_ = Handle();
    throw;
  }
}

void ResultImage::rebuild(const ResultFile& contents) {
  file_ = Handle();  // before there is another one
  file_ = create_image();
  write_header(file_, contents);
  const Handle cases = create_group(file_, schema::kCases);
  for (const CaseRecord& record : contents.cases) write_case(cases, record);
  write_comm(file_, contents.comm);
  write_tables(file_, contents.cases);
  compact_bytes_ = image_size(file_);
}

void ResultImage::update(const ResultFile& contents, const std::set<std::string>& changed) {
  write_history(file_, contents.history);
  const Handle cases = open_group(file_, schema::kCases);
  for (const CaseRecord& record : contents.cases) {
    if (!changed.contains(record.row.case_id)) continue;
    remove_member(cases, record.row.case_id);
    write_case(cases, record);
  }
  remove_member(file_, schema::kTables);
  write_tables(file_, contents.cases);
}

ResultFile parse_image(std::vector<std::byte>& bytes, FileParts parts) {
  const bool samples = parts == FileParts::kAll;
  const Handle file = open_image(bytes);
  ResultFile results = read_header(file);
  if (samples) results.comm = read_comm(file);
  const Handle tables = open_group(file, schema::kTables);
  const Handle cases = open_group(file, schema::kCases);
  check_case_count(count_cases(tables, cases));
  auto rank_rows = by_case(read_rank_table(tables, schema::kRankTable));
  std::set<std::string> seen;
  for (CaseRow& row : read_case_table(tables, schema::kCaseTable)) {
    if (!is_link_name(row.case_id) || !seen.insert(row.case_id).second)
      refuse({tables.get(), schema::kCaseTable}, fmt::format("names no case, or one twice: '{}'", row.case_id));
    auto ranks = std::move(rank_rows[row.case_id]);
    results.cases.push_back(read_case(cases, std::move(row), std::move(ranks), samples));
    check_record(results.cases.back());
  }
  return results;
}

}  // namespace scalemark::results
