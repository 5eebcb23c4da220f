#include "core/units.h"

#include <gtest/gtest.h>

#include <limits>

namespace scalemark {
namespace {

TEST(ParseBytes, ReadsBinaryAndDecimalUnits) {
  EXPECT_EQ(parse_bytes("4096"), 4096);
  EXPECT_EQ(parse_bytes("16GiB"), 17179869184);
  EXPECT_EQ(parse_bytes("16 GiB"), 17179869184);
  EXPECT_EQ(parse_bytes("500MB"), 500000000);
  EXPECT_EQ(parse_bytes("128M"), 134217728);  // as nccl-tests reads it
  EXPECT_EQ(parse_bytes("128m"), 134217728);
  EXPECT_EQ(parse_bytes("8g"), 8589934592);
  EXPECT_EQ(parse_bytes("2k"), 2048);
  EXPECT_EQ(parse_bytes("1t"), 1099511627776);
  EXPECT_EQ(parse_bytes("0.5KiB"), 512);
  EXPECT_EQ(parse_bytes("0"), 0);
}

TEST(ParseBytes, RefusesWhatIsNoSize) {
  for (const char* text : {"", "GiB", "-1", "1 parsec", "1e400", "nan", "inf", "99999999TiB", "1GiB2"}) {
    EXPECT_EQ(parse_bytes(text), std::nullopt) << text;
  }
}

TEST(ParseSeconds, ReadsEveryUnit) {
  EXPECT_EQ(parse_seconds("20us").value(), 20e-6);
  EXPECT_EQ(parse_seconds("200us").value(), 0.0002);
  EXPECT_DOUBLE_EQ(parse_seconds("250ms").value(), 0.25);
  EXPECT_DOUBLE_EQ(parse_seconds("90s").value(), 90);
  EXPECT_DOUBLE_EQ(parse_seconds("10min").value(), 600);
  EXPECT_DOUBLE_EQ(parse_seconds("1.5h").value(), 5400);
  EXPECT_DOUBLE_EQ(parse_seconds("2d").value(), 172800);
}

TEST(ParseSeconds, RefusesWhatIsNoDuration) {
  for (const char* text : {"", "10", "s", "-5s", "5 fortnights", "nan s"}) {
    EXPECT_EQ(parse_seconds(text), std::nullopt) << text;
  }
}

TEST(ParsePercent, ReadsANumberWithItsSign) {
  EXPECT_EQ(parse_percent("2%").value(), 2);
  EXPECT_EQ(parse_percent("0.5 %").value(), 0.5);
  for (const char* text : {"", "2", "0.02", "%", "-2%", "2 percent", "2%%"})
    EXPECT_EQ(parse_percent(text), std::nullopt) << text;
}

TEST(FormatBytes, ShowsThreeDigitsAndABinaryUnit) {
  EXPECT_EQ(format_bytes(0), "0 B");
  EXPECT_EQ(format_bytes(1023), "1023 B");
  EXPECT_EQ(format_bytes(1536), "1.50 KiB");
  EXPECT_EQ(format_bytes(25.0 * kMebibyte), "25.0 MiB");
  EXPECT_EQ(format_bytes(200.0 * kGibibyte), "200 GiB");
  EXPECT_EQ(format_bytes(std::numeric_limits<double>::quiet_NaN()), "-");
}

TEST(FormatSeconds, ShowsThreeDigitsAndTheUnitThatFits) {
  EXPECT_EQ(format_seconds(20e-6), "20.0 us");
  EXPECT_EQ(format_seconds(0.0123), "12.3 ms");
  EXPECT_EQ(format_seconds(1.5), "1.50 s");
  EXPECT_EQ(format_seconds(100), "100 s");
  EXPECT_EQ(format_seconds(600), "10.0 min");
  EXPECT_EQ(format_seconds(18700), "5.19 h");
  EXPECT_EQ(format_seconds(-0.01234), "-12.3 ms");
  EXPECT_EQ(format_seconds(0), "0 s");
  EXPECT_EQ(format_seconds(std::numeric_limits<double>::quiet_NaN()), "-");
}

}  // namespace
}  // namespace scalemark
