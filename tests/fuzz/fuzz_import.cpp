#include <stdexcept>

#include "config/text_check.h"
#include "core/error.h"
#include "fuzz/fuzz_targets.h"
#include "published/import_figures.h"
#include "report/pages/html.h"
#include "report/pages/markdown.h"
#include "report/report.h"
#include "results/record_checks.h"

namespace scalemark::fuzz {

bool fuzz_import(const std::filesystem::path& path) {
  results::ResultFile file;
  try {
    file = published::import_figures(path);
  } catch (const InputError& error) {
    const std::string message = error.what();
    if (!message.starts_with(path.string() + ":") || config::find_unprintable(message))
      throw std::logic_error("a fault without its place, or not printable: " + message);
    return false;
  }
  for (const auto& record : file.cases) results::check_record(record);
  const analysis::Report report = analysis::build_report({file});
  if (report::html_page(report).empty() || report::markdown_page(report).empty())
    throw std::logic_error("a report is empty");
  return true;
}

}  // namespace scalemark::fuzz
