#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "analysis/comparison/comparable_cases.h"
#include "app/shown_files.h"
#include "report/section.h"

namespace scalemark::app {

/// The files under the names that the command line gave them. Refers to `files`.
std::vector<analysis::NamedFile> named_files(const std::vector<std::filesystem::path>& paths,
                                             std::span<const results::ResultFile> files);

/// Prints the page, or `json` in its place unless that is empty, and writes the page into `output` unless that is
/// empty.
/// @throws InputError as write_section_page.
void show_page(const report::SectionPage& page, const std::string& json, const std::filesystem::path& output,
               const ShownFiles& shown);

}  // namespace scalemark::app
