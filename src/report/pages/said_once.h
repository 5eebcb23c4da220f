#pragma once

#include <string>
#include <vector>

#include "report/section.h"

namespace scalemark::report {

/// Says once what the sections of a page say under several tables or of many cases. A remark that recurs becomes
/// "note 1" where it stood; rows of one finding or one advice become one row that names its cases.
/// @return the notes, with the cases that each is about: "Note 1 (a; b): the ranks are ...".
std::vector<std::string> say_once(std::vector<Section>& shown);

}  // namespace scalemark::report
