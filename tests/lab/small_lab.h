#pragma once

#include <string>
#include <vector>

#include "analysis/report.h"
#include "analysis/result_fixture.h"
#include "core/error.h"
#include "lab/case_numbers.h"
#include "lab/selector.h"

namespace scalemark::lab {

/// Four cases of round numbers, a repetition each: fast and slow on one rank with steps of 1 and 4 s, wide on two ranks
/// with steps of 2 s, and lost, which ran out of memory. Fast and wide measured epochs, fast alone its accuracy.
inline results::ResultFile small_lab_file() {
  const auto labelled = [](const std::string& label, std::int32_t ranks, std::int64_t batch,
                           const std::vector<double>& seconds) {
    auto record = analysis::make_case(label, ranks, batch, seconds);
    record.row.label = label;
    return record;
  };
  auto fast = labelled("fast", 1, 10, {1.0});
  fast.epoch_seconds = {120.0, 100.0};
  fast.accuracy = {{0.5, 0.4}, {0.75, 0.625}};
  auto slow = labelled("slow", 1, 10, {4.0});
  slow.parameters.emplace_back("train.bucket_fill", "together");
  auto wide = labelled("wide", 2, 10, {2.0});
  wide.epoch_seconds = {130.0, 50.0};
  auto lost = labelled("lost", 2, 4000, {});
  lost.row.status = results::CaseStatus::kOom;
  lost.rank_rows.clear();
  for (auto* record : {&fast, &wide}) results::summarize(*record);
  return analysis::make_file({fast, slow, wide, lost});
}

inline analysis::Report small_lab() { return analysis::build_report({small_lab_file()}); }

/// The names of the cases that a selector keeps of the small lab: "fast slow".
inline std::string kept(const std::string& selector) {
  const analysis::Report report = small_lab();
  const CaseNumbers numbers(report);
  std::string names;
  for (const auto* line : Selector::parse(selector).select(numbers, numbers.cases))
    names += (names.empty() ? "" : " ") + line->key.name;
  return names;
}

/// The message of the InputError that `work` ends with; empty where it ends without one.
template <typename Work>
std::string refusal_of(const Work& work) {
  try {
    work();
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

}  // namespace scalemark::lab
