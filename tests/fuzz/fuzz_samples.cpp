#include "fuzz/fuzz_samples.h"

#include <cstddef>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "analysis/report.h"
#include "analysis/result_fixture.h"
#include "data/formats/pack_format.h"
#include "data/formats/pack_writer.h"
#include "data/jpeg_samples.h"
#include "fuzz/fuzz_targets.h"
#include "published/figure_columns.h"
#include "results/result_store.h"
#include "results/sample_records.h"
#include "source_tree.h"

namespace scalemark::fuzz {
namespace {

namespace fs = std::filesystem;

std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string file_of(const std::vector<results::CaseRecord>& cases) {
  const std::string path = results::testing::fresh_path("sample.h5");
  auto store = results::ResultStore::create(path, results::testing::sample_header());
  for (const auto& record : cases) store.put_case(record);
  store.commit();
  return content_of(path);
}

/// More ranks wait longer for input and for each other.
results::CaseRecord case_on(std::int32_t ranks) {
  const double waits = 0.02 * (ranks - 1);
  const auto arm = [&](double seconds) {
    return analysis::steady_samples({seconds, seconds + 0.01, seconds + 0.003}, ranks);
  };
  auto record = analysis::make_case("gpus=" + std::to_string(ranks), ranks, 128, {1.0, 1.0, 1.0});
  record.arms["full"] = arm(1.0 + 3 * waits);
  record.arms["cached_input"] = arm(1.0 + 2 * waits);
  record.loss = {2.5, 2.25, 2.0};
  if (ranks > 1) {
    record.arms["no_sync"] = arm(1.0 + waits);
    record.arms["comm_only"] = arm(4 * waits);
    record.bucket_bytes = {1 << 20, 18 << 20};
    record.bucket_seconds = {arm(waits), arm(3 * waits)};
  }
  results::summarize(record);
  return record;
}

}  // namespace

std::string sample_results() {
  using namespace results::testing;
  return file_of({full_case("a"), full_case("b"), skipped_case("c")});
}

std::string sample_sweep() {
  const std::vector<results::CaseRecord> cases{case_on(1), case_on(2), case_on(4)};
  results::ResultFile file = results::testing::sample_header();
  file.cases = cases;
  const analysis::Report report = analysis::build_report({file});
  require(report.fixed_work.size() == 3 && report.lost_fixed_work.size() == 2, "the sample has no speed-up");
  return file_of(cases);
}

std::string sample_figures() {
  return "# title: t\n# source: "
         "s\ncase,status,reason,model,ranks,batch_per_rank,global_batch,step_seconds,epoch_seconds,images,"
         "device\na,ok,,m,1,8,8,0.5,18.07,50000,V100\n\"b, "
         "\"\"c\"\"\",ok,,m,2,8,,,10.2,50000,V100\nd,oom,why,m,4,,64,,,,\n";
}

std::vector<std::string> csv_words() {
  std::vector<std::string> words{"# source: x\n",       "\"", "\"\"", ",", "\r\n", "nan", "-1", "1e308",
                                 "9223372036854775807", "0"};
  for (const auto& column : published::figure_columns()) words.push_back(column.name);
  return words;
}

std::string sample_config() { return content_of(fs::path(source_tree()) / "configs/quickstart.yaml"); }

std::string sample_network() {
  return "name: hdr100\nranks_per_node: 4\nintra_node: {latency: 3us, bandwidth: 40GB/s}\n"
         "inter_node: {latency: 5us, bandwidth: 100Gbit/s}\n";
}

std::vector<std::string> yaml_words() {
  return {"&a ",
          "*a",
          "<<: ",
          "{",
          "}",
          "[",
          "]",
          ": ",
          "- ",
          "\n  ",
          "010",
          "!!",
          "null",
          "${HOME}",
          "${X:-y}",
          "1e999",
          ".nan",
          "-1",
          "true",
          "\"",
          "sweep",
          "cases",
          "gpus",
          "batch_size",
          "global_batch_size",
          "quick",
          "limits",
          "measure.arms",
          "10min",
          "16GiB",
          "9223372036854775808"};
}

std::string sample_idx() {
  std::string bytes("\0\0\x08\x03\0\0\0\x05\0\0\0\x04\0\0\0\x04", 16);
  return bytes + std::string(80, '\x7f');
}

std::string sample_cifar10() {
  constexpr std::size_t kRecordBytes = 3073;
  return std::string(4 * kRecordBytes, '\x05');
}

std::string sample_image() {
  const data::Bytes image = data::jpeg({});
  return {image.begin(), image.end()};
}

void seal_pack(std::string& bytes) {
  data::PackHeader header;
  if (bytes.size() < sizeof header) return;
  std::memcpy(&header, bytes.data(), sizeof header);
  if (header.index_offset > bytes.size()) return;
  header.index_checksum = data::checksum(bytes.data() + header.index_offset, bytes.size() - header.index_offset);
  header.header_checksum = data::checksum(&header, offsetof(data::PackHeader, header_checksum));
  std::memcpy(bytes.data(), &header, sizeof header);
}

std::string sample_pack() {
  const TemporaryFolder folder;
  data::write_image_folder(folder, 2, 1);
  const fs::path pack = folder.path() / "sample.pack";
  data::write_pack({.name = "image-folder", .path = folder.path(), .images = {}, .image_size = 64, .classes = 0}, pack);
  return content_of(pack);
}

std::string sample_text() { return "ResNet-50 on 8 ranks: 12.3 ms [12.1, 12.6], -3.5 % \u00b5s \u65e5\u672c"; }

std::vector<std::string> text_words() {
  return {"\x1b[2J", "\x1b]0;t\x07", "\u009b",   "\u202e", "\u2066",      "\u2028",
          "\xff",    "\xc0\xaf",     "\xe2\x80", "=",      "+",           "-",
          "@",       "\t",           "\r\n",     "](",     "![",          "[",
          "www.",    "http://",      "<b>",      "|",      "`",           "&lt;",
          "\\",      "\"",           "'",        ",",      "\xed\xa0\x80"};
}

std::string sample_messages() {
  return R"({"kind":"hello","token":"0123456789abcdef","rank":1,"host":"node"})"
         "\n"
         R"({"kind":"state","activity":{"visit":3,"progress":17,"what":"step 7","notes":[[1,2,3,4,"Float"]],"awaited":true}})"
         "\n"
         R"({"kind":"fail","exit_code":4})"
         "\n"
         R"({"kind":"bye"})"
         "\n";
}

std::vector<std::string> json_words() {
  return {"\n",      "\"",      "{",     "}",   "[",   "]",          ":",
          ",",       "null",    "1e999", "-1",  "1.5", "4294967297", "18446744073709551616",
          "\\u0000", "\\ud800", "\xff",  "true"};
}

}  // namespace scalemark::fuzz
