#pragma once

#include <string>
#include <vector>

#include "doctor/diagnosis.h"

namespace scalemark::doctor {

/// What diagnosis_page() says as a document of kind "doctor" (docs/json.md).
std::string diagnosis_json(const JobFacts& job, const std::vector<Verdict>& verdicts);

}  // namespace scalemark::doctor
