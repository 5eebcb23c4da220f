#include "core/partial_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>

#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <string_view>
#include <system_error>

#include "core/descriptor.h"
#include "temporary_folder.h"

namespace scalemark {
namespace {

namespace fs = std::filesystem;

std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::error_code error_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const std::system_error& error) {
    return error.code();
  }
  return {};
}

class PartialFileTest : public ::testing::Test {
 protected:
  std::size_t files() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_.path()), fs::directory_iterator()));
  }

  TemporaryFolder folder_;
  fs::path victim_ = folder_.write("victim", "precious");
  fs::path output_ = folder_.path() / "out.h5";
};

TEST_F(PartialFileTest, NewFileOpensNothingThatStandsThere) {
  EXPECT_EQ(error_of([&] { NewFile{victim_}; }), std::errc::file_exists);
  for (const fs::path& target : {victim_, folder_.path() / "absent"}) {
    const fs::path link = folder_.path() / ("to-" + target.filename().string());
    fs::create_symlink(target, link);
    EXPECT_EQ(error_of([&] { NewFile{link}; }), std::errc::file_exists);
  }
  EXPECT_EQ(content_of(victim_), "precious");
  EXPECT_FALSE(fs::exists(folder_.path() / "absent"));
}

TEST_F(PartialFileTest, ItsNameCannotBeGuessedAndTellsWhatItBelongsTo) {
  PartialFile one(output_);
  PartialFile other(output_);
  EXPECT_NE(one.content().path(), other.content().path());
  const std::string name = one.content().path().filename().string();
  EXPECT_TRUE(name.starts_with("out.h5.partial-")) << name;
  const std::string random = name.substr(name.rfind('-') + 1);
  EXPECT_EQ(random.size(), 16U) << name;
  EXPECT_EQ(random.find_first_not_of("0123456789abcdef"), std::string::npos) << name;
}

TEST_F(PartialFileTest, TakesThePlaceOfALinkAndLeavesItsTarget) {
  fs::create_symlink(victim_, output_);
  PartialFile partial(output_);
  partial.content().write(bytes_of("new"));
  partial.replace();
  EXPECT_TRUE(fs::is_regular_file(fs::symlink_status(output_)));
  EXPECT_EQ(content_of(output_), "new");
  EXPECT_EQ(content_of(victim_), "precious");
}

TEST_F(PartialFileTest, CreatesNothingOverAFileOrLink) {
  folder_.write("out.h5", "old");
  PartialFile partial(output_);
  EXPECT_EQ(error_of([&] { partial.create(); }), std::errc::file_exists);
  EXPECT_EQ(content_of(output_), "old");
  fs::remove(output_);
  fs::create_symlink(folder_.path() / "absent", output_);
  EXPECT_EQ(error_of([&] { partial.create(); }), std::errc::file_exists);
  fs::remove(output_);
  partial.create();
  EXPECT_TRUE(partial.content().is_at(output_));
}

TEST_F(PartialFileTest, SaysWhenAnotherFileWasPutInItsPlace) {
  const auto swap = [&](PartialFile& partial) {
    fs::remove(partial.content().path());
    fs::create_symlink(victim_, partial.content().path());
  };
  PartialFile replacing(output_);
  swap(replacing);
  EXPECT_NE(error_of([&] { replacing.replace(); }), std::error_code());
  fs::remove(output_);
  PartialFile creating(output_);
  swap(creating);
  EXPECT_NE(error_of([&] { creating.create(); }), std::error_code());
  EXPECT_EQ(content_of(victim_), "precious");
}

TEST_F(PartialFileTest, GoesUnlessItWasRenamed) {
  { const PartialFile dropped(output_); }
  EXPECT_EQ(files(), 1U);  // the victim
  {
    PartialFile kept(output_);
    kept.create();
  }
  EXPECT_EQ(files(), 2U);
}

TEST_F(PartialFileTest, AReaderCanLockTheFileAsSoonAsItIsThere) {
  const auto can_be_locked = [&] {
    const Descriptor reader(open(output_.c_str(), O_RDONLY | O_CLOEXEC));
    return flock(reader.get(), LOCK_SH | LOCK_NB) == 0;
  };
  PartialFile created(output_);
  created.create();
  EXPECT_TRUE(can_be_locked());
  PartialFile replacing(output_);
  replacing.replace();
  EXPECT_TRUE(can_be_locked());
}

TEST_F(PartialFileTest, OnlyWhatKilledProcessesLeftIsRemoved) {
  for (const char* name : {"out.h5", "out.h5.partial-node-7", "out.h5.partial-node-7-0123456789abcdef",
                           "b.h5.partial-node-7", "out.h5.bak"})
    folder_.write(name, "x");
  fs::create_symlink(victim_, folder_.path() / "out.h5.partial-node-8");
  const PartialFile being_written(output_);
  remove_partial_files(output_);
  EXPECT_EQ(files(), 5U);
  EXPECT_FALSE(fs::exists(folder_.path() / "out.h5.partial-node-7"));
  EXPECT_TRUE(fs::exists(folder_.path() / "b.h5.partial-node-7"));
  EXPECT_EQ(content_of(victim_), "precious");
}

}  // namespace
}  // namespace scalemark
