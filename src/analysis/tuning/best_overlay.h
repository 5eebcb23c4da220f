#pragma once

#include <string>
#include <vector>

#include "analysis/tuning/best_setting.h"

namespace scalemark::analysis {

/// A key that is worth changing.
struct OverlayKey {
  std::string key;
  std::string value;
  const BestSetting* from = nullptr;        ///< the row that says so
  std::vector<const BestSetting*> against;  ///< rows at other ranks or batches that recommend another value
};

/// The keys whose gain can be told at the most ranks and, there, at the largest batch: those of the best combination
/// where one changes several keys, else each key by itself beside the others' defaults. None where no combination gains
/// anything that matters. Points into `settings`.
std::vector<OverlayKey> best_overlay(const std::vector<BestSetting>& settings);

}  // namespace scalemark::analysis
