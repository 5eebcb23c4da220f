#include <algorithm>
#include <stdexcept>

#include "analysis/comparison/comparison.h"
#include "core/error.h"
#include "fuzz/fuzz_targets.h"
#include "report/pages/comparison_page.h"
#include "report/pages/html.h"
#include "report/pages/markdown.h"
#include "report/report.h"
#include "results/result_store.h"

namespace scalemark::fuzz {
namespace {

void check_results_fault(const std::string& message, const std::string& path) {
  const bool one_line =
      std::none_of(message.begin(), message.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  if (!one_line || !message.starts_with(path + ": ")) throw std::logic_error("a refusal is not one line: " + message);
}

}  // namespace

bool fuzz_results(const std::filesystem::path& path) {
  results::ResultFile file;
  try {
    file = results::read_results(path);
  } catch (const InputError& error) {
    check_results_fault(error.what(), path.string());
    return false;
  }
  const analysis::Report report = analysis::build_report({file, file});
  if (report::html_page(report).empty() || report::markdown_page(report).empty() ||
      report::main_table(report).empty() || report::describe_file(file).empty())
    throw std::logic_error("a report is empty");
  const analysis::Comparison comparison = analysis::compare_files(file, file, 0.05);
  if (comparison.has_regression()) throw std::logic_error("a file is slower than itself");
  if (report::comparison_page(comparison).empty()) throw std::logic_error("a comparison is empty");
  return true;
}

}  // namespace scalemark::fuzz
