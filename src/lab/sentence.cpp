#include "lab/sentence.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/error.h"
#include "report/pages/case_words.h"
#include "report/tables/text_table.h"
#include "results/records.h"

namespace scalemark::lab {
namespace {

using report::Cell;

/// A number of a case, in words and to compute with.
struct Value {
  std::string name;  ///< of the case
  std::string text;
  double number = results::kNotMeasured;
};

Term parse_term(std::string_view text) {
  const auto at = text.find('@');
  Term term;
  term.quantity = &named_quantity(trimmed(text.substr(0, at)));
  if (at == std::string_view::npos) return term;
  term.selector = Selector::parse(text.substr(at + 1));
  if (term.selector.text().empty())
    throw InputError(fmt::format("'{}' names no case behind its @; allowed: a label, or such as gpus=most", text));
  return term;
}

Placeholder parse_placeholder(std::string_view text) {
  using enum Placeholder::Operation;
  if (trimmed(text).empty()) throw InputError("'{}' names no quantity; allowed: {QUANTITY @ CASE}");
  Placeholder placeholder;
  for (const auto& [sign, operation] : {std::pair{" / ", kRatio}, std::pair{" - ", kDifference}}) {
    const auto at = text.find(sign);
    if (at == std::string_view::npos) continue;
    placeholder.first = parse_term(text.substr(0, at));
    placeholder.operation = operation;
    placeholder.second = parse_term(text.substr(at + 3));
    return placeholder;
  }
  placeholder.first = parse_term(text);
  return placeholder;
}

/// What a table says above its numbers, and a sentence behind them.
const char* unit_in_words(Unit unit) { return unit == Unit::kImagesPerSecond ? " images/s" : ""; }

std::string text_of(const Cell& cell, Unit unit) {
  if (const auto* count = std::get_if<std::int64_t>(&cell); count != nullptr && unit == Unit::kNone)
    return with_thousands(std::to_string(*count));
  return report::cell_text(cell, unit) + unit_in_words(unit);
}

std::string chosen_text(const Selector& selector) { return selector.text().empty() ? "the cases" : selector.text(); }

std::string names_of_cases(const Cases& cases) {
  constexpr std::size_t kMostNames = 4;
  std::vector<std::string> names;
  for (const auto* line : cases) names.push_back(line->key.name);
  return report::first_names(names, kMostNames, ", ");
}

/// "large-batch is oom", or what measures the quantity.
std::string why_blank(const Term& term, const Cases& chosen) {
  const auto failed =
      std::ranges::find_if(chosen, [](const auto* line) { return line->row.status != results::CaseStatus::kOk; });
  if (failed != chosen.end() && chosen.size() == 1)
    return fmt::format("{} of {}, which is {}", term.quantity->title, chosen[0]->key.name,
                       results::status_text((*failed)->row));
  const std::string needs = term.quantity->needs.empty() ? "" : fmt::format(" ({})", term.quantity->needs);
  return fmt::format("{} of {}{}", term.quantity->title, names_of_cases(chosen), needs);
}

class Speaker {
 public:
  Speaker(const CaseNumbers& numbers, const Cases& cases) : numbers_(numbers), cases_(cases) {}

  std::string text_of_placeholder(const Placeholder& placeholder) {
    const auto first = values_of(placeholder.first);
    if (placeholder.operation == Placeholder::Operation::kNone) return listed(first);
    const auto second = values_of(placeholder.second);
    if (first.empty() || second.empty()) return kNotMeasuredText;
    if (second.size() > 1) {
      missing_.push_back(fmt::format("{} of one case, where '{}' are several", placeholder.second.quantity->title,
                                     chosen_text(placeholder.second.selector)));
      return kNotMeasuredText;
    }
    return listed(combined(placeholder, first, second.front().number));
  }

  std::vector<std::string> take_missing() { return std::move(missing_); }

 private:
  /// The measured values of the chosen cases; where there is none, what is missing is noted.
  std::vector<Value> values_of(const Term& term) {
    const Cases chosen = term.selector.select(numbers_, cases_);
    std::vector<Value> values;
    for (const auto* line : chosen) {
      const Cell cell = term.quantity->of(numbers_, *line);
      if (!is_blank(cell)) values.push_back({line->key.name, text_of(cell, term.quantity->unit), number_of(cell)});
    }
    if (values.empty()) missing_.push_back(chosen.empty() ? why_no_case(term) : why_blank(term, chosen));
    return values;
  }

  std::string why_no_case(const Term& term) const {
    if (const auto* quantity = term.selector.unmeasured(numbers_, cases_)) return quantity_and_need(*quantity);
    return fmt::format("{}: these files hold no case '{}'", term.quantity->title, chosen_text(term.selector));
  }

  static std::vector<Value> combined(const Placeholder& placeholder, std::vector<Value> first, double second) {
    const bool is_ratio = placeholder.operation == Placeholder::Operation::kRatio;
    for (auto& value : first) {
      value.number = is_ratio ? value.number / second : value.number - second;
      const Unit unit = is_ratio ? Unit::kRatio : placeholder.first.quantity->unit;
      value.text = to_text(value.number, unit) + unit_in_words(unit);
    }
    return first;
  }

  static std::string listed(const std::vector<Value>& values) {
    if (values.empty()) return kNotMeasuredText;
    if (values.size() == 1) return values.front().text;
    std::vector<std::string> texts;
    texts.reserve(values.size());
    for (const auto& value : values)
      texts.push_back(value.text == value.name ? value.name : fmt::format("{} ({})", value.text, value.name));
    return fmt::format("{}", fmt::join(texts, ", "));
  }

  const CaseNumbers& numbers_;
  const Cases& cases_;
  std::vector<std::string> missing_;
};

}  // namespace

std::string quantity_and_need(const CaseQuantity& quantity) {
  return quantity.needs.empty() ? quantity.title : fmt::format("{} ({})", quantity.title, quantity.needs);
}

Sentence parse_sentence(std::string_view text) {
  Sentence sentence;
  while (!text.empty()) {
    const auto open = text.find('{');
    if (text.substr(0, open).find('}') != std::string_view::npos)
      throw InputError("a '}' has no '{' before it; allowed: {QUANTITY @ CASE}");
    if (open != 0) sentence.emplace_back(std::string(text.substr(0, open)));
    if (open == std::string_view::npos) break;
    const auto close = text.find('}', open);
    const std::string_view inside = text.substr(open + 1, close - open - 1);
    if (close == std::string_view::npos || inside.find('{') != std::string_view::npos)
      throw InputError("a '{' has no '}' behind it; allowed: {QUANTITY @ CASE}");
    sentence.emplace_back(parse_placeholder(inside));
    text.remove_prefix(close + 1);
  }
  return sentence;
}

Said say(const Sentence& sentence, const CaseNumbers& numbers, const Cases& cases) {
  Speaker speaker(numbers, cases);
  Said said;
  for (const auto& part : sentence) {
    const auto* words = std::get_if<std::string>(&part);
    said.text += words != nullptr ? *words : speaker.text_of_placeholder(std::get<Placeholder>(part));
  }
  for (auto& one : speaker.take_missing()) {
    if (std::ranges::find(said.missing, one) == said.missing.end()) said.missing.push_back(std::move(one));
  }
  return said;
}

}  // namespace scalemark::lab
