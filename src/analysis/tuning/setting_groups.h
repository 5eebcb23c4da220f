#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "analysis/case_set.h"
#include "core/tuning/tunable_keys.h"

namespace scalemark::analysis {

/// The cases of a file that are equal but for the values of `keys`. Points into their CaseSet.
struct SettingGroup {
  std::vector<const TunableKey*> keys{};           ///< one; of a combination, all that vary
  std::string others;                              ///< "bucket_fill views": of what else varies, all but defaults
  bool others_at_default = true;                   ///< or as near to it as any group of these keys
  std::size_t kin = 0;                             ///< groups of one number differ in tunable keys alone
  std::vector<const MeasuredCase*> cases{};        ///< [setting] in the config's order
  std::vector<std::vector<std::string>> values{};  ///< [setting][key]
  std::size_t reference = 0;                       ///< the setting with the most values at their default
  bool reference_is_default = false;               ///< with all of them
};

/// Every group of at least two settings: first each key by itself, at each combination of the others' values, then all
/// keys together where several vary.
std::vector<SettingGroup> setting_groups(const CaseSet& set);

/// "5"; of several keys those that are not at their default, "bucket_mebibytes 5, bucket_fill views", or "default".
std::string setting_text(const std::vector<const TunableKey*>& keys, const std::vector<std::string>& values);

}  // namespace scalemark::analysis
