#include "report/pages/summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "core/needed_repetitions.h"
#include "core/quantity_text.h"
#include "report/pages/case_words.h"
#include "report/pages/headline.h"
#include "report/pages/target_summary.h"
#include "report/tables/tables.h"

namespace scalemark::report {
namespace {

/// "4 cases", "3 cases (1 oom)": those that were measured here, if any was.
std::string count_of_cases(const analysis::Report& report) {
  const bool measured = std::ranges::any_of(report.cases, [](const auto& line) { return !line.published; });
  std::map<std::string, int> others;
  std::size_t total = 0;
  for (const auto& line : report.cases) {
    if (measured && line.published) continue;
    ++total;
    if (line.row.status != results::CaseStatus::kOk) ++others[results::status_text(line.row)];
  }
  std::vector<std::string> parts;
  parts.reserve(others.size());
  for (const auto& [status, count] : others) parts.push_back(fmt::format("{} {}", count, status));
  return parts.empty() ? cases_text(total) : fmt::format("{} ({})", cases_text(total), fmt::join(parts, ", "));
}

/// "The highest bus bandwidth of a collective by itself is ...": of `scalemark comm`; empty where no file is of it.
std::string collectives_sentence(const analysis::Report& report) {
  const auto* fastest = analysis::fastest_collective(report.collectives);
  if (fastest == nullptr) return "";
  std::string text = fmt::format("The highest bus bandwidth of a collective by itself is {}: {} of {} on {}",
                                 to_text(fastest->bus_bandwidth, Unit::kBytesPerSecond), fastest->name,
                                 to_text(static_cast<double>(fastest->bytes), Unit::kBytes),
                                 ranks_text(static_cast<std::int32_t>(fastest->ranks)));
  if (std::isfinite(fastest->share_of_links))
    text += fmt::format(", {} of what the links give", to_text(fastest->share_of_links, Unit::kFraction));
  double wrong = 0.0;
  for (const auto& line : report.collectives) wrong += line.wrong > 0.0 ? line.wrong : 0.0;
  return text + (wrong > 0.0 ? fmt::format(". {:.0f} elements came out WRONG.", wrong) : ".");
}

std::string best_case(const analysis::Report& report, const Headline& headline) {
  if (report.cases.empty() && !report.collectives.empty()) return "";
  if (report.cases.empty()) return "The files hold no case: nothing was measured.";
  const bool published =
      std::ranges::any_of(report.cases, [](const analysis::CaseLine& line) { return line.published; });
  if (!headline.fastest && published)
    return fmt::format("Of {}, none was measured here: they are published figures.", count_of_cases(report));
  if (!headline.fastest) return fmt::format("Of {}, none was measured to its end.", count_of_cases(report));
  const std::string rate = to_text(headline.fastest->row.images_per_second, Unit::kImagesPerSecond);
  const std::size_t rivals = report.fastest->rivals.size();
  if (headline.fastest->repetitions > 1 && rivals > 0) {
    return fmt::format("Of {}, the fastest {} cannot be told apart; they reach up to {} images/s.",
                       count_of_cases(report), rivals + 1, rate);
  }
  return fmt::format(
      "Of {}, the fastest is {}: {} images/s{}.", count_of_cases(report), words_of(report, headline.fastest->key.name),
      rate, headline.fastest->repetitions > 1 ? "" : "; a single repetition does not tell which differences are real");
}

std::string first_refusal(const analysis::Report& report) {
  for (const auto* rows : {&report.fixed_work, &report.fixed_global_batch}) {
    for (const auto& row : *rows) {
      if (!row.refusal.empty()) return fmt::format("{} is not comparable: {}", row.key.name, row.refusal);
    }
  }
  std::set<std::int32_t> ranks;
  for (const auto& line : report.cases) ranks.insert(line.key.ranks);
  return ranks.size() == 1 ? fmt::format("every case ran on {}", ranks_text(*ranks.begin()))
                           : "no work was measured at two numbers of ranks";
}

std::string scaling_sentence(const analysis::Report& report, const Headline& headline) {
  const auto* row = headline.row;
  if (!row) return fmt::format("No speed-up or efficiency is given: {}.", first_refusal(report));
  const std::string remark = row->published ? fmt::format(" ({})", row->caveat) : "";
  const std::string speedup = to_text(row->speedup.estimate, Unit::kRatio);
  const std::string efficiency = to_text(row->efficiency, Unit::kFraction);
  if (headline.weak) {
    return fmt::format("At batch {} per rank, {} reach {} times the throughput of {}: an efficiency of {}{}.",
                       analysis::batch_per_device(row->key), scale_text(row->key), speedup,
                       scale_text(row->key, row->baseline_ranks), efficiency, remark);
  }
  return fmt::format("At a global batch of {}, {} are {} times as fast as {}: an efficiency of {}{}.",
                     row->key.global_batch, scale_text(row->key), speedup, scale_text(row->key, row->baseline_ranks),
                     efficiency, remark);
}

/// ": 65.6 ms to input": the losses that stand out of the noise.
std::string split_text(const analysis::LostSpeedup& lost) {
  std::vector<std::string> losses;
  bool others = false;
  for (const auto& part : lost.parts) {
    if (is_named_loss(part)) {
      losses.push_back(fmt::format("{} to {}", to_text(part.seconds, Unit::kSeconds), title_of(part.cause)));
    } else {
      others = others || (std::isfinite(part.share.high) && part.share.high > 0.0);
    }
  }
  if (losses.empty()) return "; no single cause can be told from noise.";
  return fmt::format(": {}{}.", fmt::join(losses, ", "), others ? "; other causes cannot be told from noise" : "");
}

std::string change_sentence(const analysis::Report& report) {
  const auto* change = largest_change(report);
  if (!change) return "";
  return fmt::format("The largest effect of one change: {} trains {} times as fast as {} ({} from {} to {}).",
                     change->with.name, to_text(change->throughput_ratio, Unit::kRatio), change->without.name,
                     change->key, change->from, change->to);
}

std::string lost_time(const analysis::Report& report, const Headline& headline) {
  const auto* row = headline.row;
  if (!row) return change_sentence(report);
  if (!headline.loses()) {
    if (!headline.may_be_ideal()) return "No time is lost against ideal scaling.";
    return fmt::format("Whether time is lost against ideal scaling cannot be told from noise; a clear answer {}.",
                       needed_text(repetitions_to_exclude(row->efficiency, 1.0, row->rounds)));
  }
  const std::string total =
      fmt::format("Of each step of {}, {} is lost", to_text(row->seconds.estimate, Unit::kSeconds),
                  to_text(row->seconds.estimate * (1.0 - row->efficiency.estimate), Unit::kSeconds));
  if (!headline.lost) return total + ".";
  const auto& communication = headline.lost->part(analysis::LossCause::kCommunication);
  if (!communication.unknown.empty())
    return fmt::format("{}; how much of it is communication is unknown: {}.", total, communication.unknown);
  return total + split_text(*headline.lost);
}

std::string key_text(const analysis::BestSetting& row) { return fmt::format("{}", fmt::join(row.keys, " and ")); }

/// "The best train.bucket_mebibytes of 1; 5; 25 is 5: ..."; empty where no setting was varied.
std::string setting_sentence(const analysis::Report& report) {
  const auto* row = analysis::leading_setting(report.best_settings);
  if (row == nullptr) return "";
  const std::string gain = to_text(row->gain, Unit::kFraction);
  if (row->verdict == analysis::SettingVerdict::kGain)
    return fmt::format("The best {} measured is {}: {} faster than {}, on {} at batch {} per rank.", key_text(*row),
                       row->best, gain, row->reference, ranks_text(row->at.ranks), row->at.batch_per_rank);
  return fmt::format("{}: {} stays; {} (gain of {}: {}).", key_text(*row), row->reference, verdict_text(*row),
                     row->compared, gain);
}

std::string busy_sentence(const analysis::Report& report, const analysis::ValidityFlag& flag) {
  const auto busy = std::ranges::count(report.flags, analysis::kOtherLoad, &analysis::ValidityFlag::kind);
  return fmt::format(
      "The machine was busy while {} of {} were measured, so that no headline number is given. {}: {}. Measure again "
      "on a quiet machine, or with more repetitions, before you trust a ratio below.",
      busy, count_of_cases(report), flag.key.name, flag.text);
}

}  // namespace

std::vector<std::string> summary_of(const analysis::Report& report) {
  const Headline headline = headline_of(report);
  if (headline.busy) return {busy_sentence(report, *headline.busy)};
  std::vector<std::string> sentences{best_case(report, headline), scaling_sentence(report, headline),
                                     lost_time(report, headline)};
  if (report.cases.empty()) sentences.resize(1);
  sentences.push_back(setting_sentence(report));
  if (is_of_targets(report)) sentences.clear();
  for (auto& sentence : target_sentences(report)) sentences.push_back(std::move(sentence));
  sentences.push_back(collectives_sentence(report));
  std::erase(sentences, "");
  return sentences;
}

}  // namespace scalemark::report
