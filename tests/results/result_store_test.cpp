#include "results/result_store.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <functional>

#include "core/error.h"
#include "results/record_comparison.h"
#include "results/sample_records.h"

namespace scalemark::results {
namespace {

namespace fs = std::filesystem;
using testing::expect_same;
using testing::fresh_path;
using testing::full_case;
using testing::sample_header;
using testing::skipped_case;

template <class Error>
std::string message_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error of the expected type";
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// Bytes that one file may have, as a stand-in for a full disk.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : old_handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &old_);
    const rlimit limit{bytes, old_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &old_);
    std::signal(SIGXFSZ, old_handler_);
  }

 private:
  rlimit old_{};
  void (*old_handler_)(int);
};

/// A folder that cannot be written to, for root neither.
class ReadOnlyFolder {
 public:
  explicit ReadOnlyFolder(fs::path folder) : folder_(std::move(folder)), was_root_(geteuid() == 0) {
    chmod(folder_.c_str(), 0555);
    if (was_root_ && seteuid(65534) != 0) ADD_FAILURE() << "cannot step down from root";
  }
  ReadOnlyFolder(const ReadOnlyFolder&) = delete;
  ReadOnlyFolder& operator=(const ReadOnlyFolder&) = delete;
  ~ReadOnlyFolder() {
    if (was_root_ && seteuid(0) != 0) ADD_FAILURE() << "cannot become root again";
    chmod(folder_.c_str(), 0755);
  }

 private:
  fs::path folder_;
  bool was_root_;
};

/// With the file itself, and without the lock of a store that is open.
std::size_t files_but_locks_beside(const fs::path& path) {
  const fs::directory_iterator entries(path.parent_path());
  return static_cast<std::size_t>(std::count_if(begin(entries), end(entries), [](const fs::directory_entry& entry) {
    return entry.path().extension() != ".lock";
  }));
}

TEST(ResultStore, TheHeaderIsThereAtOnce) {
  const std::string path = fresh_path("results.h5");
  const ResultStore store = ResultStore::create(path, sample_header());
  expect_same(sample_header(), read_results(path));
}

TEST(ResultStore, NothingIsDurableBeforeCommit) {
  const std::string path = fresh_path("results.h5");
  ResultStore store = ResultStore::create(path, sample_header());
  store.put_case(full_case("a"));
  EXPECT_EQ(store.contents().cases.size(), 1U);
  EXPECT_TRUE(read_results(path).cases.empty());
  store.commit();
  EXPECT_EQ(read_results(path).cases.size(), 1U);
}

TEST(ResultStore, PuttingAgainReplacesInPlace) {
  const std::string path = fresh_path("results.h5");
  ResultStore store = ResultStore::create(path, sample_header());
  store.put_case(skipped_case("a"));
  store.put_case(full_case("b"));
  store.commit();
  store.put_case(full_case("a"));
  store.put_case(full_case("c"));
  store.commit();
  store.put_case(skipped_case("b"));
  store.commit();
  ResultFile expected = sample_header();
  expected.cases = {full_case("a"), skipped_case("b"), full_case("c")};
  expect_same(expected, read_results(path));
}

TEST(ResultStore, RowsOfRanksBelongToTheirCase) {
  const std::string path = fresh_path("results.h5");
  ResultStore store = ResultStore::create(path, sample_header());
  CaseRecord record = full_case("a");
  for (RankRow& row : record.rank_rows) row.case_id.clear();
  store.put_case(record);
  expect_same(full_case("a"), store.contents().cases[0]);
}

TEST(ResultStore, ResumeGoesOnAndAddsToTheHistory) {
  const std::string path = fresh_path("results.h5");
  {
    ResultStore store = ResultStore::create(path, sample_header());
    store.put_case(full_case("a"));
    store.commit();
  }
  ResultStore store = ResultStore::resume(path);
  expect_same(full_case("a"), store.contents().cases.at(0));
  store.add_history("later scalemark run --resume");
  store.put_case(full_case("b"));
  store.commit();
  store.add_history("and again");
  store.commit();
  ResultFile expected = sample_header();
  expected.history += "\nlater scalemark run --resume\nand again";
  expected.cases = {full_case("a"), full_case("b")};
  expect_same(expected, read_results(path));
}

TEST(ResultStore, ResumeThroughASymbolicLinkKeepsTheLink) {
  const fs::path path = fresh_path("results.h5");
  { const ResultStore store = ResultStore::create(path, sample_header()); }
  const fs::path link = path.parent_path() / "link.h5";
  fs::create_symlink("results.h5", link);
  ResultStore store = ResultStore::resume(link);
  store.put_case(full_case("a"));
  store.commit();
  EXPECT_TRUE(fs::is_symlink(link));
  EXPECT_EQ(read_results(path).cases.size(), 1U);
}

TEST(ResultStore, AnExistingOutputIsNeverOverwritten) {
  const std::string path = fresh_path("results.h5");
  { const ResultStore store = ResultStore::create(path, sample_header()); }
  const std::string message = message_of<InputError>([&] { ResultStore::create(path, ResultFile()); });
  EXPECT_EQ(message, path + " exists; use --resume to continue it or choose another --output");
  expect_same(sample_header(), read_results(path));
}

TEST(ResultStore, CreatingWhereNothingCanBeWritten) {
  const fs::path path = fresh_path("results.h5");
  const std::string absent = (path.parent_path() / "absent" / "results.h5").string();
  EXPECT_EQ(message_of<InputError>([&] { ResultStore::create(absent, sample_header()); }),
            absent + ": cannot be created: No such file or directory; choose another --output");
  const ReadOnlyFolder folder(path.parent_path());
  EXPECT_EQ(message_of<InputError>([&] { ResultStore::create(path, sample_header()); }),
            path.string() + ": cannot be created: Permission denied; choose another --output");
}

TEST(ResultStore, CreatingOnAFullDiskLeavesNothing) {
  const fs::path path = fresh_path("results.h5");
  {
    const FileSizeLimit limit(1000);
    EXPECT_EQ(message_of<InputError>([&] { ResultStore::create(path, sample_header()); }),
              path.string() + ": cannot be created: File too large; choose another --output");
  }
  EXPECT_EQ(files_but_locks_beside(path), 0U);
}

TEST(ResultStore, AnotherWriterIsRefusedUntilTheFirstIsDone) {
  const std::string path = fresh_path("results.h5");
  {
    const ResultStore first = ResultStore::create(path, sample_header());
    for (const auto& open : {std::function([&] { ResultStore::resume(path); }),
                             std::function([&] { ResultStore::create(path, sample_header()); })}) {
      const std::string message = message_of<InputError>(open);
      EXPECT_TRUE(contains(message, path + " is being written by process " + std::to_string(getpid()))) << message;
    }
    EXPECT_EQ(read_results(path).title, sample_header().title) << "reading needs no lock";
  }
  EXPECT_EQ(ResultStore::resume(path).contents().title, sample_header().title);
  EXPECT_FALSE(fs::exists(path + ".lock"));
}

TEST(ResultStore, AFullDiskKeepsTheLastCommit) {
  const fs::path path = fresh_path("results.h5");
  ResultStore store = ResultStore::create(path, sample_header());
  store.put_case(full_case("a"));
  {
    const FileSizeLimit limit(fs::file_size(path));
    const std::string message = message_of<LaunchError>([&] { store.commit(); });
    EXPECT_TRUE(contains(message, path.string() + ": cannot be written: File too large")) << message;
  }
  EXPECT_EQ(files_but_locks_beside(path), 1U);
  expect_same(sample_header(), read_results(path));
  store.commit();
  EXPECT_EQ(read_results(path).cases.size(), 1U);
}

TEST(ResultStore, AReadOnlyFolderKeepsTheLastCommit) {
  const fs::path path = fresh_path("results.h5");
  ResultStore store = ResultStore::create(path, sample_header());
  store.put_case(full_case("a"));
  const ReadOnlyFolder folder(path.parent_path());
  const std::string message = message_of<LaunchError>([&] { store.commit(); });
  EXPECT_TRUE(contains(message, path.string() + ": cannot be written: Permission denied")) << message;
  expect_same(sample_header(), read_results(path));
}

TEST(ResultStore, PuttingOneCaseOftenKeepsTheFileSmall) {
  const std::string path = fresh_path("results.h5");
  ResultStore store = ResultStore::create(path, sample_header());
  CaseRecord record = full_case("a");
  testing::drop_step_series(record);
  std::erase_if(record.arms, [](const auto& arm) { return arm.first != "full"; });
  record.bucket_seconds.clear();
  record.phase_seconds.clear();
  record.bucket_ready_seconds.clear();
  store.put_case(record);
  store.commit();
  const auto once = fs::file_size(path);
  std::uintmax_t largest = once;
  for (int i = 0; i < 200; ++i) {
    store.put_case(record);
    store.commit();
    largest = std::max(largest, fs::file_size(path));
  }
  EXPECT_LE(largest, 3 * once);
  EXPECT_EQ(read_results(path).cases.size(), 1U);
}

TEST(ResultStore, TwoStoresAtOnceDoNotMix) {
  const std::string left_path = fresh_path("results.h5");
  const std::string right_path = fresh_path("results.h5");
  ResultStore left = ResultStore::create(left_path, sample_header());
  ResultStore right = ResultStore::create(right_path, sample_header());
  left.put_case(full_case("left"));
  right.put_case(full_case("right"));
  left.commit();
  right.commit();
  EXPECT_EQ(read_results(left_path).cases.at(0).row.case_id, "left");
  EXPECT_EQ(read_results(right_path).cases.at(0).row.case_id, "right");
}

}  // namespace
}  // namespace scalemark::results
