#include "core/utf8.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace scalemark {
namespace {

TEST(Utf8, CutsBetweenCharacters) {
  EXPECT_EQ(first_characters("für", 2), "fü");
  EXPECT_EQ(first_characters("für", 0), "");
  EXPECT_EQ(first_characters("für", 9), "für");
}

// The first and the last character of each length, from the table of RFC 3629, section 3.
TEST(Utf8, TellsTheCharacterInFront) {
  const std::vector<std::pair<std::string, std::uint32_t>> characters{
      {std::string("\x00", 1), 0x0}, {"\x7F", 0x7F},           {"\xC2\x80", 0x80},
      {"\xDF\xBF", 0x7FF},           {"\xE0\xA0\x80", 0x800},  {"\xED\x9F\xBF", 0xD7FF},
      {"\xEE\x80\x80", 0xE000},      {"\xEF\xBF\xBF", 0xFFFF}, {"\xF0\x90\x80\x80", 0x10000},
      {"\xF4\x8F\xBF\xBF", 0x10FFFF}};
  for (const auto& [bytes, code] : characters) {
    const auto character = first_character(bytes + "x");
    ASSERT_TRUE(character) << std::hex << code;
    EXPECT_EQ(static_cast<std::uint32_t>(character->code), code);
    EXPECT_EQ(character->bytes, bytes.size()) << std::hex << code;
  }
}

// Section 3 again: what a decoder must refuse.
TEST(Utf8, RefusesWhatIsNone) {
  for (const char* bytes :
       {"\x80", "\xBF", "\xC0\xAF", "\xC1\xBF", "\xE0\x80\x80", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xED\xBF\xBF",
        "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xF8\x88\x80\x80\x80", "\xFE", "\xFF", "\xC3",
        "\xC3(", "\xE2\x82", "\xE2\x28\xA1", "\xF0\x9F\x9A"}) {
    EXPECT_FALSE(first_character(bytes)) << testing::PrintToString(bytes);
  }
  EXPECT_FALSE(first_character(""));
}

TEST(Utf8, CountsCharactersNotBytes) {
  EXPECT_EQ(character_count(""), 0u);
  EXPECT_EQ(character_count("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x9A\x80"), 4u);
}

}  // namespace
}  // namespace scalemark
