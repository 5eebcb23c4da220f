#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "analysis/case_set.h"
#include "analysis/tuning/setting_choice.h"

namespace scalemark::analysis {

/// Of the values of a key that were measured with everything else equal, or of all combinations of several keys, the
/// one to use.
struct BestSetting {
  std::vector<std::string> keys;  ///< one; of a combination, all that vary
  CaseKey at;                     ///< ranks and batch; the name is that of the recommended case
  std::size_t file_index = 0;
  std::string others;                 ///< of what else varies in the file, all but defaults
  bool others_at_default = true;      ///< or as near to it as any row of these keys
  std::size_t kin = 0;                ///< rows of one number differ in these keys alone
  std::vector<std::string> tried;     ///< every setting, in the config's order
  std::string reference;              ///< the setting that gains are over
  bool reference_is_default = false;  ///< else it is the nearest to the default that was measured
  std::string best;                   ///< the recommended setting
  std::vector<std::pair<std::string, std::string>> changes;  ///< {key, value} in which it differs from the reference
  std::string compared;                                      ///< the setting that the gain is of
  std::string reference_case;                                ///< names of the cases that they are of
  std::string compared_case;
  Interval gain{};  ///< of throughput over the reference, a fraction; simultaneous
  SettingVerdict verdict = SettingVerdict::kOneRepetition;
  std::size_t more_repetitions = 0;                  ///< where it cannot be told: about how many more would tell
  bool paired = false;                               ///< `compared` and the reference took turns
  bool changes_numbers = false;                      ///< the recommended setting gives other losses
  double images_per_second = results::kNotMeasured;  ///< with the recommended setting

  bool is_combination() const { return keys.size() > 1; }
};

/// A row per key and place, then per combination.
std::vector<BestSetting> best_settings(const CaseSet& set);

/// The row to speak of first: at the most ranks, then at the largest batch, the largest gain that can be told; any row
/// of that place where none can. nullptr without rows.
const BestSetting* leading_setting(const std::vector<BestSetting>& settings);

}  // namespace scalemark::analysis
