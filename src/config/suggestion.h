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

/// The most edits that a slip of the hand makes in a word: a third of its letters, none in a word of two.
std::size_t tolerated_edits(std::string_view word);

/// The edits between the two where `word` is a slip of `candidate`. Digits may only change places: resnet101 and
/// cifar100 are names of their own. Capitals are no edits.
std::optional<std::size_t> edits_of_slip(std::string_view word, std::string_view candidate);

/// What follows the last dot, or all of it.
std::string_view last_component(std::string_view path);

/// The candidate that `word` was probably meant to be: the nearest by its last component, the first of equals. nullopt
/// where none is near.
std::optional<std::string> nearest_name(const std::string& word, const std::vector<std::string>& candidates);

}  // namespace scalemark::config
