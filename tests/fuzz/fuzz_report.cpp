#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "analysis/comparison/comparison.h"
#include "core/error.h"
#include "core/text/shown_text.h"
#include "core/utf8.h"
#include "fuzz/fuzz_targets.h"
#include "prediction/prediction.h"
#include "report/markup_check.h"
#include "report/pages/comparison_page.h"
#include "report/pages/extra_p.h"
#include "report/pages/html.h"
#include "report/pages/markdown.h"
#include "report/report.h"
#include "report/tables/csv.h"
#include "results/durable_file.h"
#include "results/limits.h"
#include "results/result_store.h"
#include "results/shown_results.h"

namespace scalemark::fuzz {
namespace {

/// Of the text output alone, a file of the sample's few numbers needs far less.
constexpr std::size_t kMostOutputBytes = 8'000'000;

/// Returns its bytes.
std::size_t check_text(const std::string& text, const char* what) {
  for (std::string_view rest = text; !rest.empty();) {
    const auto character = first_character(rest);
    require(character.has_value(), std::string(what) + " is no UTF-8");
    const char32_t code = character->code;
    const bool white = code == U'\n' || code == U'\r' || code == U'\t';
    require(white || !is_control_code(code), std::string(what) + " holds a control character");
    rest.remove_prefix(character->bytes);
  }
  return text.size();
}

std::size_t check_extra_p(const analysis::Report& report) {
  const std::string lines = report::extra_p_lines(report);
  std::istringstream stream(lines);
  for (std::string line; std::getline(stream, line);) require(nlohmann::json::accept(line), "no JSON: " + line);
  return check_text(lines, "extra-p.jsonl");
}

std::size_t check_report(const analysis::Report& report) {
  const auto sections = report::sections_of(report);
  const std::string page = report::html_page(report, sections);
  const report::Markup markup = report::check_markup(page);
  require(markup.fault.empty(), "the page: " + markup.fault);
  std::size_t bytes = check_text(page, "the page") + check_text(report::markdown_page(report, sections), "report.md") +
                      check_text(report::main_table(report), "the table") + check_extra_p(report);
  for (const auto& section : sections) bytes += check_text(report::csv_text(section.table), "a table");
  return bytes;
}

std::size_t check_prediction(const std::vector<results::ResultFile>& files) {
  try {
    const auto prediction = prediction::predict(analysis::merge_cases(files), {{2, 4, 64}, std::nullopt, true});
    return check_text(prediction::prediction_page(prediction), "predict.md");
  } catch (const InputError& error) {
    return check_text(error.what(), "a message");
  }
}

}  // namespace

bool fuzz_report(const std::filesystem::path& path) {
  results::ResultFile file;
  try {
    file = results::shown_results(results::read_results(path));
  } catch (const InputError&) {
    return false;
  }
  require(results::held_bytes(file) <= results::most_held_bytes(results::stored_bytes(path)),
          "more than a file may hold");
  std::size_t bytes = check_text(report::describe_file(file), "info") + check_report(analysis::build_report({file})) +
                      check_prediction({file});
  bytes += check_text(report::comparison_page(analysis::compare_files(file, file, 0.05)), "compare.md");
  require(bytes <= kMostOutputBytes, "writes " + std::to_string(bytes) + " bytes");
  return true;
}

}  // namespace scalemark::fuzz
