#include <fmt/format.h>
#include <fmt/ranges.h>

#include "analysis/tuning/best_setting.h"
#include "core/needed_repetitions.h"
#include "report/tables/columns.h"
#include "report/tables/tables.h"

namespace scalemark::report {
namespace {

using analysis::BestSetting;
using analysis::SettingVerdict;

std::string cannot_tell_text(const BestSetting& one) {
  const std::string again = one.more_repetitions >= kMostNeededRepetitions
                                ? fmt::format("more than {} more repetitions", kMostNeededRepetitions)
                                : fmt::format("about {} more would tell", counted(one.more_repetitions, "repetition"));
  return "cannot be told apart: " + again;
}

std::string tried_text(const BestSetting& one) {
  return one.is_combination() ? fmt::format("{} combinations", one.tried.size())
                              : fmt::format("{}", fmt::join(one.tried, " "));
}

std::string reference_column(const BestSetting& one) {
  return one.reference_is_default ? one.reference : fmt::format("{} (the default was not measured)", one.reference);
}

}  // namespace

std::string verdict_text(const BestSetting& one) {
  switch (one.verdict) {
    case SettingVerdict::kGain:
      return one.changes_numbers ? "faster; it changes the numbers: compare losses" : "faster";
    case SettingVerdict::kReferenceBest:
      return "no other setting gains more than 1 %";
    case SettingVerdict::kNoDifference:
      return "no difference that matters";
    case SettingVerdict::kCannotTell:
      return cannot_tell_text(one);
    case SettingVerdict::kOneRepetition:
      break;
  }
  return "no interval: a setting has fewer than two repetitions";
}

Section best_setting_section(const std::vector<BestSetting>& settings) {
  Columns<BestSetting> columns;
  columns.text("key", "key", [](const BestSetting& one) { return fmt::format("{}", fmt::join(one.keys, " + ")); })
      .count("ranks", "ranks", [](const BestSetting& one) { return one.at.ranks; })
      .count("batch per rank", "batch_per_rank", [](const BestSetting& one) { return one.at.batch_per_rank; })
      .text("beside", "others", &BestSetting::others)
      .text("tried", "tried", tried_text)
      .text("default", "default", reference_column)
      .text("best", "best", &BestSetting::best)
      .text("gain of", "gain_of", &BestSetting::compared)
      .interval("gain", "gain_fraction", Unit::kFraction, &BestSetting::gain)
      .text("interval", "interval", [](const BestSetting& one) { return one.paired ? "paired" : "not paired"; })
      .text("verdict", "verdict", verdict_text)
      .number("images/s", "images_per_second", Unit::kImagesPerSecond, &BestSetting::images_per_second)
      .text("case", "case", [](const BestSetting& one) { return one.at.name; })
      .count("", "settings", [](const BestSetting& one) { return one.tried.size(); })
      .text("", "case_default", &BestSetting::reference_case)
      .text("", "case_gain_of", &BestSetting::compared_case);
  return {
      "Best setting",
      "Settings that change the speed, measured with everything else equal; a row of several keys is of their "
      "combinations. The gain is that of throughput over the default (or over the measured setting nearest to it), "
      "less 1. The intervals of all settings of a row hold together at 95 % (Bonferroni), so that picking the best "
      "does not flatter it. A gain within 1 % of 0 is no difference that matters. Where several settings are as "
      "good as the best, the default is recommended if it is one of them; if not, the fewest workers, batches ahead "
      "or thread blocks, and of other keys the fastest. Where the default stays, the gain is that of its best "
      "rival.",
      columns.table("best_setting", "No key that changes the speed was measured at two values.", settings)};
}

}  // namespace scalemark::report
