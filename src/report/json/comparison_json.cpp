#include "report/json/comparison_json.h"

#include "report/json/table_json.h"
#include "report/pages/comparison_page.h"

namespace scalemark::report {
namespace {

using analysis::Verdict;

void add_verdict_counts(JsonWriter& json, const analysis::Comparison& comparison) {
  json.key("counts").begin_object(JsonWriter::Layout::kOneLine);
  for (const Verdict verdict : {Verdict::kSlower, Verdict::kFaster, Verdict::kSame, Verdict::kUnclear})
    json.member(analysis::to_string(verdict), comparison.count(verdict));
  json.member("lost", comparison.lost()).end_object();
}

}  // namespace

std::string comparison_json(const analysis::Comparison& comparison) {
  return json_document("compare", [&](JsonWriter& json) {
    json.member("base", comparison.base_name)
        .member("new", comparison.new_name)
        .member("threshold", comparison.threshold)
        .member("unit", analysis::to_string(comparison.unit))
        .member("has_regression", comparison.has_regression());
    add_verdict_counts(json, comparison);
    json.member("changes", comparison.changes);
    json.key("tables").begin_object();
    add_table(json, comparison_table(comparison), "");
    json.end_object();
  });
}

}  // namespace scalemark::report
