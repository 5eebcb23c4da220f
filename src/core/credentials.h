#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace scalemark {

/// Whether what goes by this name has to stay secret: it says TOKEN, JWT, SECRET, KEY, PASS or CRED, in any case.
bool names_credential(std::string_view name);

/// The values of this process's variables whose names say so, but for those that are too short to be one.
std::vector<std::string> credentials_in_environment();

/// The text with *** in place of each credential: of `known` ones, of VALUE in NAME=VALUE where NAME says that it is
/// one, of what stands before the @ of an address (scheme://user:password@host), and of words that begin as the keys of
/// well-known services do.
std::string without_credentials(std::string text, const std::vector<std::string>& known);

}  // namespace scalemark
