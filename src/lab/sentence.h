#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "lab/selector.h"

namespace scalemark::lab {

/// A named quantity of the cases that a selector keeps.
struct Term {
  const CaseQuantity* quantity = nullptr;
  Selector selector;
};

/// "{epoch_seconds @ sgd}", or two of these over or less each other: "{epoch_seconds @ cpu / epoch_seconds @ sgd}".
struct Placeholder {
  enum class Operation { kNone, kRatio, kDifference };
  Term first;
  Operation operation = Operation::kNone;
  Term second;  ///< of a ratio or a difference
};

/// What a template has to say about numbers, in the order of its words.
using Sentence = std::vector<std::variant<std::string, Placeholder>>;

/// Takes a sentence with placeholders in braces apart. @throws InputError that says what is wrong and what is allowed.
Sentence parse_sentence(std::string_view text);

/// A sentence with its numbers, or why it cannot be said.
struct Said {
  std::string text;                  ///< with "–" where a number is missing
  std::vector<std::string> missing;  ///< "test accuracy of large-batch (measure.evaluate: true)"; empty: all is there
};

/// `cases` are those that the placeholders' selectors choose from. A quantity of several cases is listed: "12 s (a), 14
/// s (b)". A ratio or a difference is one of estimates and has no interval.
Said say(const Sentence& sentence, const CaseNumbers& numbers, const Cases& cases);

/// "test accuracy (measure.evaluate: true)": a quantity, and what measures it.
std::string quantity_and_need(const CaseQuantity& quantity);

}  // namespace scalemark::lab
