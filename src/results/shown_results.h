#pragma once

#include "results/records.h"

namespace scalemark::results {

/// The file as its texts can be shown to a person: none holds a control character or a byte that is no UTF-8
/// (core/text/shown_text.h), and what is a name or a sentence is one line. Cases keep names that differ. For commands
/// that show a file; one that goes on writing it needs the texts as they are.
ResultFile shown_results(ResultFile file);

}  // namespace scalemark::results
