#include "report/pages/latex.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "report/tables/text_table.h"

namespace scalemark::report {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 16> kReplacements{{
    {"\\", "\\textbackslash{}"},
    {"{", "\\{"},
    {"}", "\\}"},
    {"$", "\\$"},
    {"&", "\\&"},
    {"#", "\\#"},
    {"_", "\\_"},
    {"%", "\\%"},
    {"~", "\\textasciitilde{}"},
    {"^", "\\textasciicircum{}"},
    {"\u00a0", "~"},
    {"\u00b5", "$\\mu$"},
    {"\u2013", "--"},
    {"\u2248", "$\\approx$"},
    {"\u00d7", "$\\times$"},
    {"\u2192", "$\\to$"},
}};

std::string latex_row(const std::vector<std::string>& cells) {
  return fmt::format("  {} \\\\\n", fmt::join(cells, " & "));
}

std::string latex_table(const Matrix& matrix) {
  std::vector<std::string> head;
  for (const auto& column : matrix.table.columns) head.push_back(latex_escaped(column.title));
  std::string text =
      fmt::format("\\begin{{table}}\n\\centering\n\\caption{{{}{}}}\n\\begin{{tabular}}{{{}}}\n\\toprule\n",
                  latex_escaped(matrix.title), matrix.note.empty() ? "" : " (" + latex_escaped(matrix.note) + ")",
                  std::string(head.size(), 'r'));
  text += latex_row(head) + "\\midrule\n";
  for (const auto& row : matrix.table.rows) {
    std::vector<std::string> cells;
    for (std::size_t column = 0; column < row.size(); ++column)
      cells.push_back(latex_escaped(cell_text(row[column], matrix.table.columns[column].unit)));
    text += latex_row(cells);
  }
  return text + "\\bottomrule\n\\end{tabular}\n\\end{table}\n";
}

}  // namespace

std::string latex_escaped(const std::string& text) {
  std::string escaped;
  for (std::string_view left = text; !left.empty();) {
    const auto found =
        std::ranges::find_if(kReplacements, [left](const auto& one) { return left.starts_with(one.first); });
    if (found == kReplacements.end()) {
      const char character = left.front();
      escaped += static_cast<unsigned char>(character) < 0x20 ? ' ' : character;
      left.remove_prefix(1);
    } else {
      escaped += found->second;
      left.remove_prefix(found->first.size());
    }
  }
  return escaped;
}

std::string latex_tables(const Section& section) {
  if (section.matrices.empty()) return "";
  std::string text = "% Needs \\usepackage{booktabs}.\n";
  for (const auto& matrix : section.matrices) text += fmt::format("\n{}", latex_table(matrix));
  return text;
}

}  // namespace scalemark::report
