#include "report/pages/comparison_page.h"

#include <fmt/format.h>

#include "core/quantity_text.h"
#include "report/pages/documents.h"
#include "report/pages/markdown.h"
#include "report/tables/csv.h"

namespace scalemark::report {
namespace {

std::string headline(const analysis::Comparison& comparison) {
  std::vector<std::string> parts;
  for (const analysis::Verdict verdict : {analysis::Verdict::kSlower, analysis::Verdict::kFaster,
                                          analysis::Verdict::kSame, analysis::Verdict::kUnclear}) {
    const std::size_t count = comparison.count(verdict);
    if (count > 0) parts.push_back(fmt::format("{} {}", count, analysis::to_string(verdict)));
  }
  if (comparison.lost() > 0) parts.push_back(fmt::format("{} lost", comparison.lost()));
  return parts.empty()
             ? "Step times: nothing could be compared"
             : fmt::format("Step times: {} of {} compared case(s)", fmt::join(parts, ", "), comparison.cases.size());
}

std::string explanation(const analysis::Comparison& comparison) {
  return fmt::format(
      "`new / base` is the ratio of step times with its 95 % interval (Welch's t over the logarithms of the repetition "
      "medians: the files are different jobs, so repetitions are not paired). Slower and faster: p < 0.05 after "
      "Holm's adjustment over all compared cases, so that one in twenty comparisons without any change names one at "
      "most, "
      "and a change beyond {0}. Same: the whole interval lies within {0}. Noise: the smallest change that these data "
      "would show in four of five such comparisons. Two jobs cannot show how much whole jobs differ: repeat what "
      "surprises.",
      to_text(comparison.threshold, Unit::kFraction));
}

std::vector<Column> columns() {
  return {text_column("case", "case"),
          number_column("ranks", "ranks"),
          number_column("batch per rank", "batch_per_rank"),
          number_column("", "global_batch"),
          interval_column("base", "base_step_seconds", Unit::kSeconds),
          interval_column("new", "new_step_seconds", Unit::kSeconds),
          number_column("", "base_repetitions"),
          number_column("", "new_repetitions"),
          number_column("", "base_scatter_fraction", Unit::kFraction),
          number_column("", "new_scatter_fraction", Unit::kFraction),
          interval_column("new / base", "ratio", Unit::kRatio),
          text_column("verdict", "verdict"),
          number_column("p", "p_value_adjusted"),
          number_column("noise", "noise_fraction", Unit::kFraction),
          text_column("remark", "remark")};
}

constexpr std::size_t kVerdictColumn = 11;

std::vector<Cell> cells_of(const analysis::ComparedCase& one) {
  return {one.key.name,
          std::int64_t{one.key.ranks},
          one.key.batch_per_rank,
          one.key.global_batch,
          one.base_seconds,
          one.new_seconds,
          static_cast<std::int64_t>(one.base_repetitions),
          static_cast<std::int64_t>(one.new_repetitions),
          one.base_scatter,
          one.new_scatter,
          one.ratio,
          std::string(analysis::to_string(one.verdict)),
          one.p_value,
          one.noise,
          one.remark};
}

Table compared_table(const analysis::Comparison& comparison) {
  Table table{"compare", headline(comparison), "", "No case of the two files could be compared.", columns(), {}};
  table.explanation =
      fmt::format("base: {}; new: {}.", markdown_escaped(comparison.base_name), markdown_escaped(comparison.new_name));
  for (const auto& one : comparison.cases) table.rows.push_back(cells_of(one));
  return table;
}

/// Every case, for a program: those that were not compared have no numbers.
Table complete_table(const analysis::Comparison& comparison) {
  Table table = compared_table(comparison);
  for (const auto& one : comparison.others) {
    std::vector<Cell> cells(table.columns.size());
    cells[0] = one.key.name;
    cells[1] = std::int64_t{one.key.ranks};
    cells[2] = one.key.batch_per_rank;
    cells[3] = one.key.global_batch;
    cells[kVerdictColumn] = std::string(one.lost ? "lost" : "not compared");
    cells.back() = one.reason;
    table.rows.push_back(std::move(cells));
  }
  return table;
}

}  // namespace

std::string comparison_page(const analysis::Comparison& comparison) {
  std::string page = markdown_table(compared_table(comparison));
  if (!comparison.others.empty()) page += "\nNot compared:\n\n";
  for (const auto& one : comparison.others) {
    page += fmt::format("- {}{}: {}\n", one.lost ? "**lost** " : "", markdown_escaped(one.key.name),
                        markdown_escaped(one.reason));
  }
  if (!comparison.changes.empty()) page += "\nWhat differs between the two:\n\n";
  for (const auto& line : comparison.changes) page += fmt::format("- {}\n", markdown_escaped(line));
  return page + fmt::format("\n{}\n", explanation(comparison));
}

std::vector<std::filesystem::path> write_comparison(const analysis::Comparison& comparison,
                                                    const std::filesystem::path& folder) {
  return write_documents(folder, {{folder / "compare.md", comparison_page(comparison)},
                                  {folder / "compare.csv", csv_text(complete_table(comparison))}});
}

}  // namespace scalemark::report
