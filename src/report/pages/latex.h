#pragma once

#include <string>

#include "report/section.h"

namespace scalemark::report {

/// The matrices as LaTeX tables (booktabs), each with its caption, to \input where a document wants them; empty where
/// the section has none.
std::string latex_tables(const Section& section);

/// Text of a result file made safe for LaTeX.
std::string latex_escaped(const std::string& text);

}  // namespace scalemark::report
