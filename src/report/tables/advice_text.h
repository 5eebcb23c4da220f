#pragma once

#include <string>

#include "analysis/advice/advice.h"

namespace scalemark::report {

/// What limits a case, by which evidence, and what to try: a few sentences.
std::string advice_text(const analysis::Advice& advice);

/// What to try, in a few words; empty where nothing follows.
std::string remedy_text(const analysis::Advice& advice);

}  // namespace scalemark::report
