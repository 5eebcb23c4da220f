#pragma once

#include <map>
#include <string>
#include <string_view>

namespace scalemark::sweep {

/// Whether a result file says what this variable was: only those of a list do, none by a prefix, and none whose name
/// says that it holds a credential.
bool is_recorded(std::string_view variable);

/// What of this process's environment a result file keeps.
std::map<std::string, std::string> recorded_environment();

}  // namespace scalemark::sweep
