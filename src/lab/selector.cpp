#include "lab/selector.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <optional>
#include <utility>
#include <variant>

#include "config/suggestion.h"
#include "core/error.h"
#include "core/key_roles.h"

namespace scalemark::lab {
namespace {

constexpr std::string_view kNot = "not ";
constexpr std::string_view kMost = "most";
constexpr std::string_view kLeast = "least";
constexpr std::size_t kMostNamesInMessage = 12;

struct ColumnOfKey {
  std::string_view key;
  std::string_view column;
};

/// Keys of the config that result files hold as a column: what became of them.
constexpr std::array kColumnsOfKeys{ColumnOfKey{"dataset.name", "dataset"},
                                    ColumnOfKey{"train.mode", "mode"},
                                    ColumnOfKey{"train.precision", "precision"},
                                    ColumnOfKey{"train.optimizer", "optimizer"},
                                    ColumnOfKey{"train.checkpointing", "checkpointing"},
                                    ColumnOfKey{"loader.workers", "loader_workers"}};

std::string_view column_of(std::string_view key) {
  const auto found = std::ranges::find(kColumnsOfKeys, key, &ColumnOfKey::key);
  return found == kColumnsOfKeys.end() ? key : found->column;
}

/// Whether '*' of the pattern can stand for what the name has in its place.
bool matches(std::string_view pattern, std::string_view name) {
  std::size_t at = 0, in_name = 0;
  std::size_t star = std::string_view::npos, after_star = 0;
  while (in_name < name.size()) {
    if (at < pattern.size() && pattern[at] == '*') {
      star = at++;
      after_star = in_name;
    } else if (at < pattern.size() && pattern[at] == name[in_name]) {
      ++at;
      ++in_name;
    } else if (star != std::string_view::npos) {
      at = star + 1;
      in_name = ++after_star;
    } else {
      return false;
    }
  }
  return std::all_of(pattern.begin() + static_cast<std::ptrdiff_t>(at), pattern.end(), [](char c) { return c == '*'; });
}

std::string plain_text(const report::Cell& cell) {
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  if (const auto* count = std::get_if<std::int64_t>(&cell)) return std::to_string(*count);
  return "";
}

bool is_extreme(std::string_view value) { return value == kMost || value == kLeast; }

}  // namespace

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\n";
  const auto begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

void refuse_name(std::string_view name, const std::string& kind, const std::vector<std::string>& known) {
  const auto meant = config::nearest_name(std::string(name), known);
  if (meant) throw InputError(fmt::format("'{}' is no {}; did you mean {}?", name, kind, *meant));
  if (known.size() <= kMostNamesInMessage)
    throw InputError(fmt::format("'{}' is no {}; allowed: {}", name, kind, fmt::join(known, ", ")));
  throw InputError(fmt::format("'{}' is no {}; docs/templates.md lists them", name, kind));
}

const CaseQuantity& named_quantity(std::string_view name) {
  const CaseQuantity* quantity = find_quantity(name);
  if (quantity == nullptr) refuse_name(name, "quantity", quantity_names());
  return *quantity;
}

Selector::Condition Selector::condition_of(std::string_view text) {
  if (text.starts_with(kNot)) {
    Condition condition = condition_of(trimmed(text.substr(kNot.size())));
    if (condition.negated || is_extreme(condition.value))
      throw InputError(fmt::format("'{}' cannot be; allowed behind not: a name, or KEY=VALUE", text));
    condition.negated = true;
    return condition;
  }
  const auto equals = text.find('=');
  if (equals == std::string_view::npos) return {nullptr, "", std::string(text)};
  const std::string key(column_of(trimmed(text.substr(0, equals))));
  const std::string value(trimmed(text.substr(equals + 1)));
  if (value.empty()) throw InputError(fmt::format("'{}' has no value; allowed: most, least or a value", text));
  if (find_quantity(key) != nullptr || !role_of(key)) return {&named_quantity(key), "", value};
  if (is_extreme(value)) throw InputError(fmt::format("'{}' compares a key of the config; allowed: its value", text));
  return {nullptr, key, value};
}

Selector Selector::parse(std::string_view text) {
  Selector selector;
  selector.text_ = trimmed(text);
  std::string_view rest = selector.text_;
  while (!rest.empty()) {
    const auto comma = rest.find(',');
    const std::string_view part = trimmed(rest.substr(0, comma));
    rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
    if (part.empty()) throw InputError(fmt::format("'{}' has an empty condition between its commas", selector.text_));
    selector.conditions_.push_back(condition_of(part));
  }
  return selector;
}

bool Selector::is_met(const Condition& condition, const CaseNumbers& numbers, const analysis::CaseLine& line) {
  if (!condition.key.empty()) {
    const auto trait = line.traits.find(condition.key);
    return trait != line.traits.end() && trait->second == condition.value;
  }
  if (condition.quantity == nullptr) return matches(condition.value, line.key.name);
  return plain_text(condition.quantity->of(numbers, line)) == condition.value;
}

/// Of equal counts all are kept, of equal measurements the first: `gpus=most` means several cases, the fastest one.
Cases Selector::extreme(const Condition& condition, const CaseNumbers& numbers, const Cases& from) {
  const double sign = condition.value == kMost ? 1.0 : -1.0;
  std::optional<double> best;
  Cases kept;
  for (const auto* line : from) {
    const report::Cell cell = condition.quantity->of(numbers, *line);
    const double value = number_of(cell);
    if (!std::isfinite(value) || (best && sign * value < sign * *best)) continue;
    const bool is_equal = best && value == *best;
    if (is_equal && !std::holds_alternative<std::int64_t>(cell)) continue;
    if (!is_equal) kept.clear();
    best = value;
    kept.push_back(line);
  }
  return kept;
}

Cases Selector::kept_by(const Condition& condition, const CaseNumbers& numbers, Cases from) {
  if (condition.quantity != nullptr && is_extreme(condition.value)) return extreme(condition, numbers, from);
  std::erase_if(from, [&](const auto* line) { return is_met(condition, numbers, *line) == condition.negated; });
  return from;
}

Cases Selector::select(const CaseNumbers& numbers, Cases from) const {
  for (const auto& condition : conditions_) from = kept_by(condition, numbers, std::move(from));
  return from;
}

const CaseQuantity* Selector::unmeasured(const CaseNumbers& numbers, Cases from) const {
  for (const auto& condition : conditions_) {
    Cases kept = kept_by(condition, numbers, from);
    if (kept.empty() && !from.empty() && is_extreme(condition.value)) return condition.quantity;
    from = std::move(kept);
  }
  return nullptr;
}

}  // namespace scalemark::lab
