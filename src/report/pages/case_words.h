#pragma once

#include <cstdint>
#include <string>

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

/// A case in words: its label, or what tells it apart ("2 ranks, batch 32 per rank").
std::string words_of(const analysis::Report& report, const std::string& name);

}  // namespace scalemark::report
