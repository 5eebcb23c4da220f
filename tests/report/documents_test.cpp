#include "report/pages/documents.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "temporary_folder.h"

namespace scalemark::report {
namespace {

namespace fs = std::filesystem;

TEST(Documents, AreWrittenAsTheyAre) {
  const TemporaryFolder folder;
  const fs::path pages = folder.path() / "new" / "pages";
  const std::string text("a\nb\r\n\0c", 7);
  EXPECT_EQ(write_documents(pages, {{pages / "one", text}, {pages / "two", ""}}),
            (std::vector<fs::path>{pages / "one", pages / "two"}));
  EXPECT_EQ(file_content(pages / "one"), text);
  EXPECT_EQ(fs::file_size(pages / "two"), 0U);
}

TEST(Documents, MoreThanMayBeWrittenIsRefusedBeforeAnyIs) {
  const TemporaryFolder folder;
  const fs::path pages = folder.path() / "pages";
  const auto endless = [](const TextSink& sink) {
    while (true) sink("a row without end\n");
  };
  EXPECT_THROW(write_documents(pages, {{pages / "one", "x"}, {pages / "two", endless}}, 1'000'000), InputError);
  EXPECT_FALSE(fs::exists(pages));
  const std::string row(1000, 'x');
  const auto rows = [&row](const TextSink& sink) {
    for (int i = 0; i < 5000; ++i) sink(row);
  };
  write_documents(pages, {{pages / "three", rows}}, 5'000'000);
  EXPECT_EQ(fs::file_size(pages / "three"), 5'000'000U);
}

TEST(Documents, ALinkWhereAPageBelongsLeadsNowhere) {
  const TemporaryFolder folder;
  const fs::path elsewhere = folder.path() / "elsewhere";
  fs::create_directory(folder.path() / "pages");
  fs::create_symlink(elsewhere, folder.path() / "pages" / "report.html");
  EXPECT_THROW(write_documents(folder.path() / "pages", {{folder.path() / "pages" / "report.html", "page"}}),
               InputError);
  EXPECT_FALSE(fs::exists(elsewhere));
}

}  // namespace
}  // namespace scalemark::report
