#include "analysis/tuning/best_setting.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <tuple>

#include "analysis/pairing.h"
#include "analysis/tuning/setting_groups.h"

namespace scalemark::analysis {
namespace {

/// Of a key whose small values are cheap, the value; what is left to the program costs the most.
double cost_of(const TunableKey& key, const std::string& value) {
  double number = std::numeric_limits<double>::infinity();
  if (key.small_is_cheap) std::from_chars(value.data(), value.data() + value.size(), number);
  return key.small_is_cheap ? number : 0.0;
}

SettingTimes times_of(const SettingGroup& group) {
  SettingTimes times{group.cases.size(), group.reference, std::numeric_limits<std::size_t>::max(), {}, {}};
  for (const auto* one : group.cases) times.repetitions = std::min(times.repetitions, one->full_seconds.size());
  times.ratio = [&group](std::size_t above, std::size_t below) {
    return compared_times(*group.cases[above], *group.cases[below]).mean_ratio();
  };
  if (group.keys.size() > 1) return times;
  for (const auto& values : group.values) times.cost.push_back(cost_of(*group.keys.front(), values.front()));
  return times;
}

void fill_best(const SettingGroup& group, std::size_t best, BestSetting& found) {
  const auto& values = group.values[best];
  found.best = setting_text(group.keys, values);
  found.at = group.cases[best]->key;
  found.images_per_second = group.cases[best]->row.images_per_second;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] == group.values[group.reference][i]) continue;
    found.changes.emplace_back(group.keys[i]->key, values[i]);
    found.changes_numbers = found.changes_numbers || group.keys[i]->changes_numbers;
  }
}

BestSetting best_of(const SettingGroup& group) {
  const SettingChoice choice = choose_setting(times_of(group));
  BestSetting found;
  found.keys.reserve(group.keys.size());
  for (const auto* key : group.keys) found.keys.emplace_back(key->key);
  found.file_index = group.cases.front()->file_index;
  found.others = group.others;
  found.others_at_default = group.others_at_default;
  found.kin = group.kin;
  found.tried.reserve(group.values.size());
  for (const auto& values : group.values) found.tried.push_back(setting_text(group.keys, values));
  found.reference = found.tried[group.reference];
  found.reference_is_default = group.reference_is_default;
  found.compared = found.tried[choice.compared];
  found.reference_case = group.cases[group.reference]->key.name;
  found.compared_case = group.cases[choice.compared]->key.name;
  found.gain = choice.gain;
  found.verdict = choice.verdict;
  found.more_repetitions = choice.more_repetitions;
  found.paired = pairing_of(*group.cases[group.reference], *group.cases[choice.compared]).paired;
  fill_best(group, choice.recommended, found);
  return found;
}

}  // namespace

std::vector<BestSetting> best_settings(const CaseSet& set) {
  std::vector<BestSetting> all;
  const auto groups = setting_groups(set);
  all.reserve(groups.size());
  for (const auto& group : groups) all.push_back(best_of(group));
  return all;
}

const BestSetting* leading_setting(const std::vector<BestSetting>& settings) {
  const auto rank = [](const BestSetting& one) {
    const bool told = one.verdict == SettingVerdict::kGain;
    return std::tuple(one.at.ranks, one.at.global_batch, told, told ? one.gain.estimate : 0.0);
  };
  const auto found = std::ranges::max_element(settings, {}, rank);
  return found == settings.end() ? nullptr : &*found;
}

}  // namespace scalemark::analysis
