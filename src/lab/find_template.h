#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "results/records.h"

namespace scalemark::lab {

using Folders = std::vector<std::filesystem::path>;

/// Whether a page may be called so: up to 64 letters, digits, '.', '_' and '-', not beginning with '.' or '-', and not
/// "report", which the report itself is called.
bool is_template_name(const std::string& name);

/// The file of a template: a path where `name_or_path` has a '/' or ends in .yaml, else NAME.yaml of the first folder
/// that has it; nullopt where none has.
std::optional<std::filesystem::path> find_template(const std::string& name_or_path, const Folders& folders);

/// The names of the templates in the folders, sorted.
std::vector<std::string> template_names(const Folders& folders);

/// What the config of a result file names as its template; empty where it names none. A file is a stranger's: anything
/// but a name is none.
std::string template_of(const results::ResultFile& file);

/// A file of published figures that a template names: beside the template, or where this project and an installed
/// one have theirs. nullopt where it is in none of them.
std::optional<std::filesystem::path> find_published(const std::string& name,
                                                    const std::filesystem::path& template_file);

}  // namespace scalemark::lab
