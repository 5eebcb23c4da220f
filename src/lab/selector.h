#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lab/case_numbers.h"
#include "lab/case_quantities.h"

namespace scalemark::lab {

using Cases = std::vector<const analysis::CaseLine*>;

/// Which cases a template means: conditions, of which each keeps some of the cases that those before it kept.
class Selector {
 public:
  /// Reads "sgd", "workers-*" (names; '*' stands for any letters), "gpus=4", "batch_size=512,gpus=most" and
  /// "epoch_seconds=least" (any named quantity; of those left, the one with the largest or smallest value), and a key
  /// of the config such as "train.bucket_fill=each". An empty text keeps all cases. @throws InputError that says what
  /// is wrong and what is allowed.
  static Selector parse(std::string_view text);

  /// The cases that are left, in their order.
  Cases select(const CaseNumbers& numbers, Cases from) const;

  /// The quantity of a "most" or "least" that none of the cases holds which are left by then; nullptr where there is
  /// none.
  const CaseQuantity* unmeasured(const CaseNumbers& numbers, Cases from) const;

  /// As it was written.
  const std::string& text() const { return text_; }

 private:
  struct Condition {
    const CaseQuantity* quantity = nullptr;
    std::string key;  ///< of the config; where there is neither, `value` is a pattern of names
    std::string value;
    bool negated = false;
  };

  static Condition condition_of(std::string_view text);
  static bool is_met(const Condition& condition, const CaseNumbers& numbers, const analysis::CaseLine& line);
  static Cases kept_by(const Condition& condition, const CaseNumbers& numbers, Cases from);
  static Cases extreme(const Condition& condition, const CaseNumbers& numbers, const Cases& from);

  std::string text_;
  std::vector<Condition> conditions_;
};

/// The text without blanks around it.
std::string_view trimmed(std::string_view text);

/// @throws InputError "WHAT is no WHAT-IT-SHOULD-BE; ..." with the names that are near, or where to find all.
[[noreturn]] void refuse_name(std::string_view name, const std::string& kind, const std::vector<std::string>& known);

/// The quantity of that name. @throws InputError for a name that is none.
const CaseQuantity& named_quantity(std::string_view name);

}  // namespace scalemark::lab
