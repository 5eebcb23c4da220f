#pragma once

#include <set>
#include <string>
#include <vector>

namespace scalemark {

/// The cells of the table that begins with the line `header` in a page of the checkout, row by row, without the blanks
/// around them. Empty where there is no such table.
std::vector<std::vector<std::string>> documented_table(const std::string& page, const std::string& header);

std::set<std::string> words_in_backticks(const std::string& text);

}  // namespace scalemark
