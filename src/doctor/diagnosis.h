#pragma once

#include <string>
#include <vector>

#include "doctor/facts.h"
#include "doctor/finding.h"

namespace scalemark::doctor {

/// What one check came to.
struct Verdict {
  const char* check;  ///< "driver"
  Findings findings;
};

/// Every check over the facts, in the order in which a job would meet the faults.
std::vector<Verdict> diagnose(const JobFacts& job);

/// The exit code of a program that ends because of these: that of a broken launch before that of wrong input; kSuccess
/// where nothing is worse than a warning.
ExitCode exit_code(const std::vector<Verdict>& verdicts);

/// "what\n  mend: ..."
std::string describe(const Finding& finding);

/// "ok", "warning" or "FAULT": the worst of them.
const char* word(const Findings& findings);

/// The page that `scalemark doctor` prints: the job in a sentence, a line per check, and each finding with its mend.
std::string diagnosis_page(const JobFacts& job, const std::vector<Verdict>& verdicts);

}  // namespace scalemark::doctor
