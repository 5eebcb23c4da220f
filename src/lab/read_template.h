#pragma once

#include <filesystem>
#include <string>

#include "lab/lab_template.h"

namespace scalemark::lab {

/// Reads a template (docs/templates.md). @throws InputError with one line per fault, as file:line:column: key.path:
/// what is wrong, what is allowed.
LabTemplate read_template(const std::filesystem::path& path);

/// The same for a text; `source` is what the faults call it.
LabTemplate parse_template(const std::string& name, const std::string& source, const std::string& text);

}  // namespace scalemark::lab
