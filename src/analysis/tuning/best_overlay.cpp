#include "analysis/tuning/best_overlay.h"

#include <algorithm>

namespace scalemark::analysis {
namespace {

bool is_told(const BestSetting& one) { return one.verdict == SettingVerdict::kGain; }

/// What a row recommends for a key: its default or the reference's value where it does not change it.
std::string recommended(const BestSetting& row, const std::string& key) {
  const auto found = std::ranges::find(row.changes, key, [](const auto& change) { return change.first; });
  return found == row.changes.end() ? row.reference : found->second;
}

std::vector<const BestSetting*> rows_against(const std::vector<BestSetting>& settings, const BestSetting& from,
                                             const std::string& key, const std::string& value) {
  std::vector<const BestSetting*> against;
  for (const auto& row : settings) {
    const bool settles = is_told(row) || row.verdict == SettingVerdict::kReferenceBest;
    const bool of_key = row.keys == std::vector{key} && row.kin != from.kin && row.others_at_default;
    if (settles && of_key && recommended(row, key) != value) against.push_back(&row);
  }
  return against;
}

void add_changes(const std::vector<BestSetting>& settings, const BestSetting& row, std::vector<OverlayKey>& overlay) {
  for (const auto& [key, value] : row.changes) {
    const bool is_there = std::ranges::find(overlay, key, &OverlayKey::key) != overlay.end();
    if (!is_there) overlay.push_back({key, value, &row, rows_against(settings, row, key, value)});
  }
}

}  // namespace

std::vector<OverlayKey> best_overlay(const std::vector<BestSetting>& settings) {
  std::vector<OverlayKey> overlay;
  const BestSetting* leading = leading_setting(settings);
  if (leading == nullptr) return overlay;
  for (const auto& row : settings) {
    if (row.kin != leading->kin || !row.is_combination()) continue;
    if (row.verdict == SettingVerdict::kReferenceBest || row.verdict == SettingVerdict::kNoDifference) return overlay;
    if (is_told(row) && row.changes.size() > 1) add_changes(settings, row, overlay);
  }
  if (!overlay.empty()) return overlay;
  for (const auto& row : settings) {
    if (row.kin == leading->kin && !row.is_combination() && is_told(row) && row.others_at_default)
      add_changes(settings, row, overlay);
  }
  return overlay;
}

}  // namespace scalemark::analysis
