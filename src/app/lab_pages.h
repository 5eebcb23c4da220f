#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "analysis/report.h"
#include "app/shown_files.h"
#include "report/report.h"

namespace scalemark::app {

/// What a `--template` says that there shall be no lab page.
inline constexpr const char* kNoTemplate = "none";

/// The lab pages of a report: of the template that was asked for by name or path, or, where `wanted` is empty, of those
/// that the files' configs name. @throws InputError for a template that cannot be found or read; one that a file names
/// and that is not here is only warned of.
/// @param paths  the files of `shown`, in their order
std::vector<report::PageBeside> lab_pages(const std::string& wanted, const std::vector<std::filesystem::path>& paths,
                                          const ShownFiles& shown, const analysis::Report& report);

}  // namespace scalemark::app
