#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "config/experiment.h"
#include "core/environment.h"
#include "results/records.h"

namespace scalemark::sweep {

/// The word as a shell takes it: in single quotes where it holds more than letters, digits and -_./=:,@%+.
std::string shell_word(const std::string& word);

/// The command that goes on with a sweep, with the launcher in front that started this one.
/// @param command_line  "scalemark run ..." with the words that were typed; the program is named as it was started
std::string resume_command(const std::string& command_line, const std::filesystem::path& output, int ranks,
                           const Environment& environment = process_environment);

/// The last line of a sweep that came to its end: what the file holds, which cases wait for more ranks, and the next
/// command.
/// @param ranks  that were launched
std::string closing_line(const std::vector<config::CaseConfig>& cases, const std::vector<results::CaseRecord>& records,
                         const std::filesystem::path& output, int ranks,
                         const Environment& environment = process_environment);

/// Why a sweep cannot go on without the name of its file; nullopt where `chosen`, the file that would be written, is
/// there. Names the files in `folder` that hold results of this experiment.
std::optional<std::string> lacks_output(const config::Experiment& experiment, const std::filesystem::path& chosen,
                                        const std::filesystem::path& folder);

}  // namespace scalemark::sweep
