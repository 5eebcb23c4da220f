#include "results/records.h"

#include <algorithm>
#include <stdexcept>

namespace scalemark::results {

const ParameterValue* find_parameter(const CaseRecord& record, std::string_view name) {
  const auto found = std::ranges::find(record.parameters, name, &std::pair<std::string, ParameterValue>::first);
  return found == record.parameters.end() ? nullptr : &found->second;
}

const char* to_string(CaseStatus status) {
  switch (status) {
    case CaseStatus::kOk:
      return "ok";
    case CaseStatus::kOom:
      return "oom";
    case CaseStatus::kFailed:
      return "failed";
    case CaseStatus::kTimeout:
      return "timeout";
    case CaseStatus::kSkipped:
      return "skipped";
    case CaseStatus::kInvalid:
      return "invalid";
  }
  throw std::invalid_argument("a case status outside the enum");
}

const char* status_text(const CaseRow& row) {
  return row.in_flight && row.status == CaseStatus::kFailed ? "in flight" : to_string(row.status);
}

bool is_first_in_flight(const CaseRecord& record) {
  return record.row.status == CaseStatus::kFailed && record.interruptions > 0;
}

}  // namespace scalemark::results
