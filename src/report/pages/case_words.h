#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "analysis/report.h"

namespace scalemark::report {

/// "1 rank", "2 ranks".
std::string ranks_text(std::int32_t ranks);

/// "2 ranks", or "2 devices" of data_parallel.
std::string scale_text(const analysis::CaseKey& key);

/// The same of another count, as that of a baseline.
std::string scale_text(const analysis::CaseKey& key, std::int32_t count);

/// "1 case", "4 cases".
std::string cases_text(std::size_t cases);

/// "a, b", or "a, b and 3 more" where there are more than `most`. Ids of cases hold commas: "; " sets those apart.
std::string first_names(std::vector<std::string> names, std::size_t most, const std::string& separator);

/// A case in words: its label, or what tells it apart ("2 ranks, batch 32 per rank").
std::string words_of(const analysis::Report& report, const std::string& name);

}  // namespace scalemark::report
