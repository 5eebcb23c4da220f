#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>

#include "core/text/shown_text.h"
#include "core/utf8.h"
#include "fuzz/fuzz_targets.h"
#include "report/charts/svg.h"
#include "report/markup_check.h"
#include "report/pages/markdown.h"
#include "report/tables/csv.h"

namespace scalemark::fuzz {
namespace {

void check_shown(std::string_view text, bool one_line) {
  while (!text.empty()) {
    const auto character = first_character(text);
    require(character.has_value(), "what is shown is no UTF-8");
    const bool white = !one_line && (character->code == U'\n' || character->code == U'\t');
    require(white || !is_control_code(character->code), "a control character is shown");
    text.remove_prefix(character->bytes);
  }
}

/// By the rules of CommonMark, not by those of the function: no bracket can close a link's text, nothing begins HTML.
void check_markdown(const std::string& escaped) {
  for (std::size_t i = 0; i < escaped.size(); ++i) {
    if (escaped[i] == '\\') {
      ++i;
      continue;
    }
    const char next = i + 1 < escaped.size() ? escaped[i + 1] : '\0';
    require(escaped[i] != ']' || (next != '(' && next != '[' && next != ':'), "a link in Markdown");
    require(escaped[i] != '<' && escaped[i] != '|' && escaped[i] != '\n' && escaped[i] != '\r', "markup in Markdown");
  }
}

void check_csv(const std::string& cell) {
  report::Table table{"t", ""};
  table.columns = {{"c", "c", Unit::kNone, report::ColumnKind::kText}};
  table.rows = {{cell}};
  std::string text = report::csv_text(table).substr(3);
  require(text.size() >= 2 && text.substr(text.size() - 2) == "\r\n", "a record without its end");
  if (text.front() == '"') text.erase(0, 1);
  const char first = text.front();
  const bool number =
      first == '-' || first == '+' ? text.find_first_not_of("+-.0123456789e\r\n\"") == std::string::npos : false;
  require(number || std::string_view("=+-@\t").find(first) == std::string_view::npos, "a formula in CSV: " + text);
}

}  // namespace

bool fuzz_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  const std::string text = shown_text(bytes);
  const std::string line = shown_line(bytes);
  check_shown(text, false);
  check_shown(line, true);
  require(shown_text(text) == text && shown_line(line) == line, "what is shown changes when it is shown again");
  require(nlohmann::json::parse(json_text(line)).get<std::string>() == line, "JSON says something else");
  require(nlohmann::json::accept(json_text(bytes)), "no JSON");
  for (const std::string& any : {bytes, line}) {
    check_markdown(report::markdown_escaped(any));
    check_csv(any);
    require(report::markup::fault_in_text(report::markup_escaped(any)).empty(), "markup in HTML");
  }
  return line == bytes;
}

}  // namespace scalemark::fuzz
