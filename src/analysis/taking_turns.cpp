#include "analysis/taking_turns.h"

#include <algorithm>

namespace scalemark::analysis {
namespace {

using results::CaseRecord;
using results::ResultFile;

/// Of a file without blocks: the case's id without its number of GPUs, since the id of a case of a sweep names what
/// varies; "cases" where the whole config is a list, or the case has a label, which those of a list alone can have.
std::string unrecorded_block(const ResultFile& file, const CaseRecord& record) {
  constexpr const char* kSweep = "\nsweep:";  // at the top level of the resolved config
  constexpr const char* kCases = "\ncases:";
  const std::string& config = file.provenance.config;
  const bool is_list = config.find(kSweep) == std::string::npos && config.find(kCases) != std::string::npos;
  if (is_list || !record.row.label.empty()) return "cases";
  std::string id = ',' + record.row.case_id;
  const std::size_t begin = id.find(",gpus=");
  if (begin == std::string::npos) return id;
  const std::size_t end = id.find(',', begin + 1);
  return id.erase(begin, end == std::string::npos ? end : end - begin);
}

bool share_a_block(const MeasuredCase& base, const MeasuredCase& one) {
  const std::int32_t block = base.record->row.block;
  if (block != one.record->row.block) return false;
  return block > 0 || unrecorded_block(*base.file, *base.record) == unrecorded_block(*one.file, *one.record);
}

/// False where some repetition of one comes before an earlier repetition of the other. Visits that are not recorded say
/// nothing.
bool visits_take_turns(const CaseRecord& base, const CaseRecord& one) {
  std::int64_t latest = results::kNoVisit;
  for (std::size_t i = 0; i < std::min(base.visits.size(), one.visits.size()); ++i) {
    const auto [first, second] = std::minmax(base.visits[i], one.visits[i]);
    if (first == results::kNoVisit) continue;
    if (first <= latest) return false;
    latest = second;
  }
  return true;
}

}  // namespace

std::string why_not_in_turns(const MeasuredCase& base, const MeasuredCase& one) {
  if (base.file_index != one.file_index) return "the two sides are from different jobs";
  if (!share_a_block(base, one)) return "the two sides were measured one after the other";
  if (!visits_take_turns(*base.record, *one.record)) return "the repetitions of the two sides did not take turns";
  return {};
}

}  // namespace scalemark::analysis
