#include "core/text/json_writer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace scalemark {
namespace {

template <typename Body>
std::string written(Body body) {
  std::string text;
  JsonWriter json([&text](std::string_view part) { text += part; });
  body(json);
  return text;
}

TEST(JsonWriter, WritesWhatAnotherReaderReads) {
  const std::string text = written([](JsonWriter& json) {
    json.begin_object()
        .member("text", "a \"b\"\n\xff")
        .member("count", std::int64_t{9'007'199'254'740'993})
        .member("yes", true)
        .member("none", std::optional<int>())
        .member("list", std::vector<std::string>{"x", "y"})
        .member("map", std::map<std::string, double>{{"a", 1.5}, {"b", std::nan("")}});
    json.key("rows").begin_array();
    for (int i = 0; i < 2; ++i) json.begin_object(JsonWriter::Layout::kOneLine).member("i", i).end_object();
    json.end_array();
    json.key("empty").begin_object().end_object();
    json.end_object();
  });
  const auto expected = nlohmann::json{{"text", "a \"b\"\n\uFFFD"},
                                       {"count", 9'007'199'254'740'993},
                                       {"yes", true},
                                       {"none", nullptr},
                                       {"list", {"x", "y"}},
                                       {"map", {{"a", 1.5}, {"b", nullptr}}},
                                       {"rows", {{{"i", 0}}, {{"i", 1}}}},
                                       {"empty", nlohmann::json::object()}};
  EXPECT_EQ(nlohmann::json::parse(text), expected) << text;
  EXPECT_NE(text.find("\n    {\"i\": 0},\n    {\"i\": 1}\n  ]"), std::string::npos) << "a line per row: " << text;
}

TEST(JsonWriter, NumbersReadBackAsTheSameDoubles) {
  for (const double value : {0.0, 1.0, 0.1, 1.0 / 3, 1e-5, -2.5e300, 5e-324, 1e16, std::nextafter(1.0, 2.0)})
    EXPECT_EQ(nlohmann::json::parse(json_number(value)).get<double>(), value) << json_number(value);
  for (const double value : {std::nan(""), std::numeric_limits<double>::infinity(), -HUGE_VAL})
    EXPECT_EQ(json_number(value), "null");
}

TEST(JsonWriter, EveryDocumentSaysWhatItIs) {
  const std::string text = json_document("list", [](JsonWriter& json) { json.member("what", "models"); });
  const auto document = nlohmann::json::parse(text);
  EXPECT_EQ(document.at("schema"), "scalemark-json/1");
  EXPECT_EQ(document.at("kind"), "list");
  EXPECT_EQ(document.at("what"), "models");
  EXPECT_TRUE(document.contains("version") && document.contains("git_commit"));
  EXPECT_EQ(text.back(), '\n');
}

}  // namespace
}  // namespace scalemark
