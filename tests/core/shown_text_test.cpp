#include "core/text/shown_text.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>
#include <string>

#include "core/utf8.h"

namespace scalemark {
namespace {

constexpr const char* kReplaced = "\uFFFD";

TEST(ShownText, LeavesWhatIsOnlySeen) {
  const std::string text = "ResNet-50, \u00b5s \u2013 \u65e5\u672c \U0001F600\n\tindented";
  EXPECT_EQ(shown_text(text), text);
  EXPECT_EQ(shown_line(text), "ResNet-50, \u00b5s \u2013 \u65e5\u672c \U0001F600  indented");
}

TEST(ShownText, ReplacesWhatSteersATerminal) {
  EXPECT_EQ(shown_text("\x1b[2J\x1b]0;title\x07"), std::string(kReplaced) + "[2J" + kReplaced + "]0;title" + kReplaced);
  EXPECT_EQ(shown_text(std::string("\0\b\x7f", 3)), std::string(kReplaced) + kReplaced + kReplaced);
  EXPECT_EQ(shown_text("\u009b31m"), std::string(kReplaced) + "31m");  // C1: a terminal takes it for ESC [
}

TEST(ShownText, ReplacesWhatHidesTheOrderOfTheText) {
  for (const char* bidirectional : {"\u202A", "\u202B", "\u202C", "\u202D", "\u202E", "\u2066", "\u2067", "\u2068",
                                    "\u2069", "\u200E", "\u200F", "\u061C", "\u2028", "\u2029"})
    EXPECT_EQ(shown_text(bidirectional), kReplaced);
}

TEST(ShownText, ReplacesBytesThatAreNoUtf8) {
  EXPECT_EQ(shown_text("\x9b"
                       "1m"),
            std::string(kReplaced) + "1m");
  EXPECT_EQ(shown_text("a\xC0\xAF"), std::string("a") + kReplaced + kReplaced);
  EXPECT_EQ(shown_text("x\xE2\x80"), std::string("x") + kReplaced + kReplaced);
}

TEST(ShownText, KnowsEveryEndOfALine) {
  EXPECT_EQ(shown_text("a\r\nb\rc\nd"), "a\nb\nc\nd");
  EXPECT_EQ(shown_line("a\r\nb\rc\nd\te"), "a b c d e");
}

TEST(ShownText, AnyBytesBecomeTextWithoutControls) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes(random() % 40, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    const std::string line = shown_line(bytes);
    EXPECT_EQ(shown_line(line), line);
    for (std::string_view rest = line; !rest.empty();) {
      const auto character = first_character(rest);
      ASSERT_TRUE(character.has_value());
      ASSERT_FALSE(is_control_code(character->code));
      rest.remove_prefix(character->bytes);
    }
    // An independent reader of JSON gets back what is UTF-8.
    ASSERT_EQ(nlohmann::json::parse(json_text(line)).get<std::string>(), line);
    ASSERT_TRUE(nlohmann::json::accept(json_text(bytes)));
  }
}

}  // namespace
}  // namespace scalemark
