#pragma once

#include <string>
#include <vector>

#include "analysis/report.h"

namespace scalemark::report {

/// What, besides ranks and batch, tells the ok cases of a report apart.
class CaseTraits {
 public:
  explicit CaseTraits(const std::vector<analysis::CaseLine>& cases);

  /// The values that differ between cases: model, data set, precision, optimizer, checkpointing, loader workers.
  /// Empty where only ranks and batch were varied.
  std::vector<std::string> differing(const results::CaseRow& row) const;

 private:
  std::vector<bool> varies_;
};

}  // namespace scalemark::report
