#pragma once

#include <string>

namespace scalemark {

/// The checkout that the tests were built from. In a source file of its own, so that no other object depends on where
/// that is: checkouts then share ccache's objects.
std::string source_tree();

}  // namespace scalemark
