#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace scalemark::config {

/// Edits (insert, delete, replace, swap of neighbours) that turn one word into the other: Damerau's distance in its
/// optimal-string-alignment form.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate that `word` was probably meant to be: the nearest, at most a third of its letters away, the first of
/// equals. A dotted candidate is also found by its last component alone. nullopt where none is near.
std::optional<std::string> nearest_name(const std::string& word, const std::vector<std::string>& candidates);

}  // namespace scalemark::config
