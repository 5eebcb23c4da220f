#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace scalemark::app {

/// The folder of the running program.
std::filesystem::path program_folder();

/// Whether `name` stands beside this program.
bool has_sibling(const std::string& name);

/// Replaces this process by the program `name` beside it, so that signals and the launcher's environment reach it.
/// Does not return. @throws InputError where there is no such program, or one of its libraries cannot be had.
[[noreturn]] void replace_by_sibling(const std::string& name, const std::vector<std::string>& arguments);

}  // namespace scalemark::app
