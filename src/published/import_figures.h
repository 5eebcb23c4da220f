#pragma once

#include <filesystem>
#include <string>

#include "results/records.h"

namespace scalemark::published {

/// Reads published or older figures out of a CSV file; docs/importing.md describes the format. The cases hold no
/// samples and no planned repetitions. `created` and `history` are the caller's to fill.
/// @throws InputError with one line "file:line:column: column-name: what is wrong, what is allowed" per fault.
results::ResultFile import_figures(const std::filesystem::path& path);

/// The same for a text; `source` is what the faults call it.
results::ResultFile import_text(const std::string& source, const std::string& text);

}  // namespace scalemark::published
