#pragma once

#include <string>

namespace scalemark::monitor {

/// 128 random bits as hexadecimal digits, which MPI hands to every rank of the job: who knows them is one of us.
std::string new_token();

/// Whether the texts are equal, in a time that does not tell how much of them is.
bool same_token(const std::string& a, const std::string& b);

}  // namespace scalemark::monitor
