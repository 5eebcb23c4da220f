#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "report/section.h"

namespace scalemark::report {

/// For a terminal: the summary and the tables of the titled sections that have rows; ends with a newline.
std::string section_text(const SectionPage& page);

std::string section_markdown(const SectionPage& page);
std::string section_html(const SectionPage& page);

/// Writes STEM.html, STEM.md and a CSV file per table into `folder`. Returns the paths, pages first.
/// @throws InputError where a file exists already (nothing is written then) or cannot be written.
std::vector<std::filesystem::path> write_section_page(const SectionPage& page, const std::filesystem::path& folder,
                                                      std::size_t most_bytes);

}  // namespace scalemark::report
