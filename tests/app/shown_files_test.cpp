#include "app/shown_files.h"

#include <gtest/gtest.h>

#include <csignal>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/error.h"
#include "results/result_store.h"
#include "results/sample_records.h"

namespace scalemark::app {
namespace {

constexpr std::size_t kTooMuch = std::size_t{8} << 30;

/// Asks for memory and touches none of it.
void take_memory() { std::vector<char>().reserve(kTooMuch); }

std::string complaint_of(const std::function<void()>& work) {
  try {
    within_bounds(ShownFiles(), work);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(WithinBounds, WorkThatFitsIsDone) {
  bool done = false;
  EXPECT_EQ(complaint_of([&] { done = true; }), "");
  EXPECT_TRUE(done);
}

TEST(WithinBounds, AWantOfMemoryIsTheInputs) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the address sanitizer's memory is not limited";
#endif
  EXPECT_EQ(complaint_of(take_memory),
            "the files need more than 1.00 GiB of memory, the limit for 0 B of samples and texts");
  // The limit ends with the work.
  EXPECT_NO_THROW(take_memory());
}

TEST(WithinBounds, NumbersThatDoNotFitAreTheInputs) {
  EXPECT_EQ(complaint_of([] { static_cast<void>(std::vector<int>().at(7)); }).substr(0, 49),
            "the files hold numbers that contradict each other");
  EXPECT_THROW(within_bounds(ShownFiles(), [] { throw Error(ExitCode::kRegression, "slower"); }), Error);
}

TEST(WithinBounds, AWantOfTimeEndsTheProcessWithOneLine) {
  EXPECT_EXIT(within_bounds(ShownFiles(), [] { raise(SIGXCPU); }), ::testing::ExitedWithCode(2),
              "^scalemark: error: the files need more processor time than is allowed for their size\n$");
}

TEST(ShownFiles, SayWhatTheyTake) {
  const std::string path = results::testing::fresh_path("results.h5");
  auto header = results::testing::sample_header();
  header.title = "a\x1b[2Jb";
  auto store = results::ResultStore::create(path, header);
  store.put_case(results::testing::full_case("a"));
  store.commit();
  const ShownFiles shown = read_shown({path, path}, results::read_results);
  EXPECT_EQ(shown.files.at(1).title, "a\uFFFD[2Jb");
  EXPECT_EQ(shown.stored_bytes, 2 * std::filesystem::file_size(path));
  EXPECT_GT(shown.held_bytes, 0U);
  EXPECT_GT(most_written_bytes(shown), most_written_bytes(ShownFiles()));
}

}  // namespace
}  // namespace scalemark::app
