#include "core/documented_table.h"

#include <fstream>
#include <sstream>

#include "source_tree.h"

namespace scalemark {
namespace {

/// The text between the bars, without the blanks around it.
std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  std::istringstream text(line.substr(1));
  for (std::string cell; std::getline(text, cell, '|');) {
    const std::size_t first = cell.find_first_not_of(' ');
    cells.push_back(first == std::string::npos ? "" : cell.substr(first, cell.find_last_not_of(' ') - first + 1));
  }
  return cells;
}

}  // namespace

std::vector<std::vector<std::string>> documented_table(const std::string& page, const std::string& header) {
  std::vector<std::vector<std::string>> rows;
  std::ifstream lines(source_tree() + "/" + page);
  bool in_table = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(header)) {
      in_table = true;
    } else if (in_table && !line.starts_with("|")) {
      break;
    } else if (in_table && !line.starts_with("|-")) {
      rows.push_back(cells_of(line));
    }
  }
  return rows;
}

std::set<std::string> words_in_backticks(const std::string& text) {
  std::set<std::string> words;
  std::istringstream pieces(text);
  for (std::string outside, inside; std::getline(pieces, outside, '`') && std::getline(pieces, inside, '`');)
    words.insert(inside);
  return words;
}

}  // namespace scalemark
