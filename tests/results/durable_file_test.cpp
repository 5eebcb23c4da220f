#include "results/durable_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <functional>
#include <system_error>

#include "core/partial_file.h"
#include "results/sample_records.h"

namespace scalemark::results {
namespace {

namespace fs = std::filesystem;
using testing::fresh_path;

std::vector<std::byte> bytes_of(const std::string& text) {
  const auto* const begin = static_cast<const std::byte*>(static_cast<const void*>(text.data()));
  return {begin, begin + text.size()};
}

std::size_t files_beside(const fs::path& path) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(path.parent_path()), fs::directory_iterator()));
}

std::error_code error_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const std::system_error& error) {
    return error.code();
  }
  return {};
}

TEST(DurableFile, CreatesReplacesAndLeavesNothingBeside) {
  const fs::path path = fresh_path("file");
  create_durably(path, bytes_of("one"));
  EXPECT_EQ(read_file(path, 100), bytes_of("one"));
  replace_durably(path, bytes_of("two and more"));
  EXPECT_EQ(read_file(path, 100), bytes_of("two and more"));
  EXPECT_EQ(files_beside(path), 1U);
}

TEST(DurableFile, NeverCreatesOverAnything) {
  const fs::path path = fresh_path("file");
  create_durably(path, bytes_of("first"));
  EXPECT_EQ(error_of([&] { create_durably(path, bytes_of("second")); }), std::errc::file_exists);
  EXPECT_EQ(read_file(path, 100), bytes_of("first"));
  fs::create_symlink("nowhere", path.parent_path() / "dangling");
  EXPECT_EQ(error_of([&] { create_durably(path.parent_path() / "dangling", bytes_of("x")); }), std::errc::file_exists);
  EXPECT_EQ(files_beside(path), 2U);
}

TEST(DurableFile, RemovesOnlyItsOwnPartialFiles) {
  const fs::path path = fresh_path("a.h5");
  for (const char* name : {"a.h5", "a.h5.partial-node-7", "b.h5.partial-node-7", "a.h5.bak"})
    std::ofstream(path.parent_path() / name) << "x";
  remove_partial_files(path);
  EXPECT_EQ(files_beside(path), 3U);
  EXPECT_FALSE(fs::exists(path.parent_path() / "a.h5.partial-node-7"));
}

TEST(DurableFile, ReadsOnlyRegularFilesWithinTheLimit) {
  const fs::path path = fresh_path("file");
  create_durably(path, bytes_of("12345"));
  EXPECT_EQ(error_of([&] { read_file(path, 4); }), std::errc::file_too_large);
  EXPECT_EQ(error_of([&] { read_file(path.parent_path(), 100); }), std::errc::is_a_directory);
  EXPECT_EQ(error_of([&] { read_file(path.parent_path() / "absent", 100); }), std::errc::no_such_file_or_directory);
  const fs::path pipe = path.parent_path() / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(error_of([&] { read_file(pipe, 100); }), std::errc::invalid_argument);
}

}  // namespace
}  // namespace scalemark::results
