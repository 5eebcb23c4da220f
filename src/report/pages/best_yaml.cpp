#include "report/pages/best_yaml.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "analysis/tuning/best_overlay.h"
#include "core/quantity_text.h"
#include "core/text/shown_text.h"
#include "report/pages/case_words.h"

namespace scalemark::report {
namespace {

using analysis::BestSetting;
using analysis::OverlayKey;

/// A value of a file is text from outside: one that is no word or number of a config gets into no config.
bool is_plain(const std::string& value) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  return !value.empty() && value.find_first_not_of(kPlain) == std::string::npos;
}

std::string place_text(const BestSetting& row) {
  return fmt::format("{}, batch {} per rank", ranks_text(row.at.ranks), row.at.batch_per_rank);
}

std::string best_header(const analysis::Report& report, const BestSetting& row,
                        const std::vector<std::string>& sources) {
  const results::ResultFile& file = report.files.at(row.file_index);
  const std::string name =
      row.file_index < sources.size() ? sources[row.file_index] : analysis::file_name(row.file_index);
  return fmt::format(
      "# Settings whose gain over the default can be told (95 %), out of {}: {}, measured {}.\n"
      "# At {}{}. Lay them over a config: scalemark run CONFIG.yaml best.yaml\n",
      shown_line(name), shown_line(file.title), shown_line(file.created), place_text(row),
      row.is_combination() ? "; the gains are those of all keys together"
                           : "; each key was changed by itself: gains need not add up");
}

std::string overlay_lines(const OverlayKey& one) {
  const std::string warning =
      one.from->changes_numbers && one.key == "train.comm_hook" ? "; changes the numbers: compare losses" : "";
  const std::string others = one.from->others.empty() ? "" : fmt::format(", with {}", shown_line(one.from->others));
  std::string text =
      fmt::format("{}: {}  # gain {} over {}{}{}\n", one.key, one.value, to_text(one.from->gain, Unit::kFraction),
                  shown_line(one.from->reference), others, warning);
  for (const BestSetting* row : one.against)
    text += fmt::format("#   but {} at {}\n", shown_line(row->best), place_text(*row));
  return text;
}

}  // namespace

std::string best_yaml(const analysis::Report& report, const std::vector<std::string>& sources) {
  auto overlay = analysis::best_overlay(report.best_settings);
  std::erase_if(overlay, [](const OverlayKey& one) { return !is_plain(one.value); });
  if (overlay.empty()) return "";
  std::string text = best_header(report, *overlay.front().from, sources);
  for (const OverlayKey& one : overlay) text += overlay_lines(one);
  return text;
}

}  // namespace scalemark::report
