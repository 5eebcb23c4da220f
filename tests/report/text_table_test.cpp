#include "report/tables/text_table.h"

#include <gtest/gtest.h>

namespace scalemark::report {
namespace {

TEST(CellText, CoversEveryAlternative) {
  EXPECT_EQ(cell_text(Cell{}, Unit::kNone), "\u2013");
  EXPECT_EQ(cell_text(Cell{std::string("x")}, Unit::kSeconds), "x");
  EXPECT_EQ(cell_text(Cell{std::int64_t{7}}, Unit::kNone), "7");
  EXPECT_EQ(cell_text(Cell{std::int64_t{2048}}, Unit::kBytes), "2.00 KiB");
}

TEST(TextTable, AlignsByCharactersNotBytes) {
  Table table;
  table.columns = {{"case", "case", Unit::kNone, ColumnKind::kText}, {"n", "n"}};
  table.rows = {{std::string("\u00e9t\u00e9"), Cell{}}, {std::string("winter"), std::int64_t{100}}};
  EXPECT_EQ(text_table(table), "case      n\n\u00e9t\u00e9       \u2013\nwinter  100\n");
}

}  // namespace
}  // namespace scalemark::report
