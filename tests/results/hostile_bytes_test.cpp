#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>
#include <random>
#include <set>

#include "core/error.h"
#include "results/result_store.h"
#include "results/sample_records.h"
#include "results/step_series.h"

namespace scalemark::results {
namespace {

/// The file of two cases, of which `first` is one.
std::string bytes_with(const CaseRecord& first) {
  const std::string path = testing::fresh_path("sample.h5");
  ResultStore store = ResultStore::create(path, testing::sample_header());
  store.put_case(first);
  store.put_case(testing::skipped_case("b"));
  store.commit();
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string sample_bytes() { return bytes_with(testing::full_case("a")); }

void write_bytes(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

/// The message, which is one line that starts with the path; empty where the file was read.
std::string complaint(const std::string& path) {
  try {
    read_results(path);
  } catch (const InputError& error) {
    std::string message = error.what();
    EXPECT_EQ(message.rfind(path + ": ", 0), 0U) << message;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
    return message;
  }
  return "";
}

void change_byte(char& byte, unsigned long bits) { byte = static_cast<char>(static_cast<unsigned char>(byte) ^ bits); }

TEST(HostileBytes, WhatIsNoHdf5File) {
  const std::string path = testing::fresh_path("results.h5");
  EXPECT_EQ(complaint(path), path + ": cannot be read: No such file or directory");
  write_bytes(path, "");
  EXPECT_EQ(complaint(path), path + ": is not an HDF5 file: it is empty");
  write_bytes(path, "case,ranks,step_seconds\n");
  EXPECT_EQ(complaint(path), path + ": is not an HDF5 file");
}

TEST(HostileBytes, TruncatedAnywhere) {
  const std::string bytes = sample_bytes();
  const std::string path = testing::fresh_path("results.h5");
  for (std::size_t length = 0; length < bytes.size(); length += std::max<std::size_t>(1, bytes.size() / 100)) {
    write_bytes(path, bytes.substr(0, length));
    EXPECT_NE(complaint(path), "") << length;
  }
  write_bytes(path, bytes.substr(0, bytes.size() - 1));
  EXPECT_NE(complaint(path).find("truncated"), std::string::npos);
  write_bytes(path, bytes);
  EXPECT_EQ(complaint(path), "");
}

/// Every sample of the file's cases.
std::set<double> samples_of(const ResultFile& file) {
  std::set<double> samples;
  const auto add = [&](const StepSamples& steps) { samples.insert(steps.seconds.begin(), steps.seconds.end()); };
  for (const CaseRecord& record : file.cases) {
    for (const auto& [name, steps] : record.arms) add(steps);
    for (const StepSeries& series : step_series())
      for (const auto& [name, steps] : record.*series.by_arm) add(steps);
    for (const ItemSamples& items : {record.bucket_seconds, record.phase_seconds, record.bucket_ready_seconds})
      std::for_each(items.begin(), items.end(), add);
  }
  std::erase_if(samples, [](double sample) { return std::isnan(sample); });
  return samples;
}

/// Expects the file at `path` to be refused, or to hold no sample but those of the sound file. True where it was
/// refused.
bool refused_or_true(const std::string& path, const std::set<double>& sound) {
  if (!complaint(path).empty()) return true;
  for (const double sample : samples_of(read_results(path))) EXPECT_TRUE(sound.contains(sample)) << sample;
  return false;
}

TEST(HostileBytes, ManyFlippedBytesAreRefusedOrChangeNoSample) {
  const std::string bytes = sample_bytes();
  const std::string path = testing::fresh_path("results.h5");
  write_bytes(path, bytes);
  const std::set<double> sound = samples_of(read_results(path));
  ASSERT_GT(sound.size(), 100U);
  std::mt19937 random(7);
  int refused = 0;
  for (int round = 0; round < 120; ++round) {
    std::string damaged = bytes;
    for (auto flips = 1 + random() % 4; flips > 0; --flips)
      change_byte(damaged[random() % damaged.size()], 1 + random() % 255);
    write_bytes(path, damaged);
    refused += refused_or_true(path, sound) ? 1 : 0;
  }
  EXPECT_GT(refused, 0);
  write_bytes(path, bytes);
  EXPECT_EQ(complaint(path), "") << "what was damaged before leaves nothing behind";
}

/// Changes one bit of one sample and expects the file to be refused.
void expect_checksum(const CaseRecord& record, double sample) {
  std::string bytes = bytes_with(record);
  std::array<char, sizeof sample> pattern{};
  std::memcpy(pattern.data(), &sample, sizeof sample);
  const std::size_t at = bytes.find(pattern.data(), 0, pattern.size());
  ASSERT_NE(at, std::string::npos);
  change_byte(bytes[at], 1);
  const std::string path = testing::fresh_path("results.h5");
  write_bytes(path, bytes);
  EXPECT_NE(complaint(path).find("checksum"), std::string::npos) << complaint(path);
}

TEST(HostileBytes, AFlippedBitIsNeverTakenForASample) {
  CaseRecord record = testing::full_case("a");
  expect_checksum(record, record.arms["full"].seconds[5]);
  expect_checksum(record, record.phase_seconds[3].seconds[0]);
  expect_checksum(record, record.epoch_seconds[1]);
  expect_checksum(record, record.row.step_seconds_low);
  testing::drop_step_series(record);
  record.arms["full"] = testing::sample_steps(1.0, 5, 1000, 4);  // too large for an object's header
  expect_checksum(record, record.arms["full"].seconds[17'777]);
}

TEST(HostileBytes, WhatTheFileSaysOfItselfStaysOnOneLine) {
  std::string bytes = sample_bytes();
  const std::string path = testing::fresh_path("results.h5");
  const std::size_t at = bytes.find("scalemark/1");
  bytes.replace(at, 11,
                "s\n\x1b[31m/\r\x7f"
                "2");
  write_bytes(path, bytes);
  EXPECT_EQ(complaint(path), path +
                                 ": is of schema 's \uFFFD[31m/ \uFFFD"
                                 "2'; this version of Scalemark reads scalemark/1");
}

TEST(HostileBytes, ABrokenHeapOfStringsIsRefusedOrChangesNoSample) {
  const std::string bytes = sample_bytes();
  const std::string path = testing::fresh_path("results.h5");
  write_bytes(path, bytes);
  const std::set<double> sound = samples_of(read_results(path));
  int refused = 0;
  for (std::size_t at = bytes.find("GCOL"); at != std::string::npos; at = bytes.find("GCOL", at + 1)) {
    for (const std::size_t offset : {16U, 24U, 25U, 28U}) {  // the first object's index and size
      std::string damaged = bytes;
      for (std::size_t i = 0; i < 3; ++i) damaged[at + offset + i] = '\x7f';
      write_bytes(path, damaged);
      refused += refused_or_true(path, sound) ? 1 : 0;
    }
  }
  EXPECT_GT(refused, 0);
}

}  // namespace
}  // namespace scalemark::results
