#include "published/figure_columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>

#include "config/number_text.h"
#include "config/text_check.h"

namespace scalemark::published {
namespace {

using results::CaseRecord;
using results::CaseRow;
using results::CaseStatus;

constexpr std::array kStatuses = {CaseStatus::kOk,      CaseStatus::kOom,     CaseStatus::kFailed,
                                  CaseStatus::kTimeout, CaseStatus::kSkipped, CaseStatus::kInvalid};

/// Every column of which one makes a row worth having.
constexpr std::array kFigures = {&CaseRow::step_seconds,      &CaseRow::images_per_second,
                                 &CaseRow::epoch_seconds,     &CaseRow::epoch_seconds_estimated,
                                 &CaseRow::load_seconds,      &CaseRow::first_epoch_seconds,
                                 &CaseRow::compute_seconds,   &CaseRow::comm_seconds,
                                 &CaseRow::final_loss,        &CaseRow::exposed_comm_seconds,
                                 &CaseRow::peak_memory_bytes, &CaseRow::train_accuracy,
                                 &CaseRow::test_accuracy};

std::string refused(const std::string& text, const std::string& allowed) {
  constexpr std::size_t kLongest = 60;
  return fmt::format("'{}' is not {}", config::one_line(text, kLongest), allowed);
}

FigureColumn text_column(const char* name, std::string CaseRow::*member) {
  return {name, [member](CaseRecord& record, const std::string& text) {
            record.row.*member = text;
            return std::string();
          }};
}

/// A whole number in the range of `Number`, from `lowest` on.
template <typename Number>
FigureColumn count_column(const char* name, Number CaseRow::*member, Number lowest) {
  return {name, [member, lowest](CaseRecord& record, const std::string& text) {
            const auto read = config::read_integer(text);
            constexpr Number kHighest = std::numeric_limits<Number>::max();
            if (read.problem != nullptr || read.value < lowest || read.value > kHighest)
              return refused(text, fmt::format("a whole number from {} to {}", lowest, kHighest));
            record.row.*member = static_cast<Number>(read.value);
            return std::string();
          }};
}

struct Range {
  double lowest;
  double highest;
  const char* words;
};

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr Range kPositive{std::numeric_limits<double>::min(), kInfinity, "a positive number, such as 18.07"};
constexpr Range kNotNegative{0.0, kInfinity, "a number from 0 on, such as 0.25"};
constexpr Range kFraction{0.0, 1.0, "a fraction from 0 to 1, such as 0.93"};
constexpr Range kAnyNumber{-kInfinity, kInfinity, "a number, such as 0.25"};

FigureColumn real_column(const char* name, double CaseRow::*member, const Range& range) {
  return {name, [member, range](CaseRecord& record, const std::string& text) {
            const auto read = config::read_number(text);
            const bool inside = read.value >= range.lowest && read.value <= range.highest;
            if (read.problem != nullptr || !inside) return refused(text, range.words);
            record.row.*member = read.value;
            return std::string();
          }};
}

std::string read_status(CaseRecord& record, const std::string& text) {
  const auto* const found = std::find_if(kStatuses.begin(), kStatuses.end(),
                                         [&](CaseStatus status) { return text == results::to_string(status); });
  if (found == kStatuses.end()) return refused(text, "one of ok, oom, failed, timeout, skipped, invalid");
  record.row.status = *found;
  return "";
}

std::string read_checkpointing(CaseRecord& record, const std::string& text) {
  if (text != "true" && text != "false") return refused(text, "true or false");
  record.row.checkpointing = text == "true";
  return "";
}

/// The config's key: the batch of the row was published as the largest that fits.
std::string read_max_batch(CaseRecord& record, const std::string& text) {
  if (text != "true" && text != "false") return refused(text, "true or false");
  if (text == "true") record.parameters.emplace_back("max_batch", true);
  return "";
}

std::string read_images(CaseRecord& record, const std::string& text) {
  const auto read = config::read_integer(text);
  if (read.problem != nullptr || read.value < 1) return refused(text, "a whole number from 1 on");
  record.images = read.value;
  return "";
}

/// One row for all ranks: a publication names one device model for a case.
std::string read_device(CaseRecord& record, const std::string& text) {
  record.rank_rows.resize(1);
  record.rank_rows.front().device = text;
  return "";
}

std::vector<FigureColumn> all_columns() {
  return {text_column("case", &CaseRow::case_id),
          text_column("label", &CaseRow::label),
          {"status", read_status},
          text_column("reason", &CaseRow::reason),
          text_column("model", &CaseRow::model),
          text_column("dataset", &CaseRow::dataset),
          text_column("mode", &CaseRow::mode),
          text_column("precision", &CaseRow::precision),
          text_column("optimizer", &CaseRow::optimizer),
          {"checkpointing", read_checkpointing},
          count_column<std::int32_t>("ranks", &CaseRow::ranks, 1),
          count_column<std::int32_t>("devices", &CaseRow::devices, 1),
          count_column<std::int64_t>("batch_per_rank", &CaseRow::batch_per_rank, 1),
          count_column<std::int64_t>("global_batch", &CaseRow::global_batch, 1),
          count_column<std::int32_t>("loader_workers", &CaseRow::loader_workers, 0),
          count_column<std::int64_t>("parameters", &CaseRow::parameters, 1),
          real_column("step_seconds", &CaseRow::step_seconds, kPositive),
          real_column("step_seconds_low", &CaseRow::step_seconds_low, kPositive),
          real_column("step_seconds_high", &CaseRow::step_seconds_high, kPositive),
          real_column("images_per_second", &CaseRow::images_per_second, kPositive),
          real_column("epoch_seconds", &CaseRow::epoch_seconds, kPositive),
          real_column("epoch_seconds_estimated", &CaseRow::epoch_seconds_estimated, kPositive),
          real_column("first_epoch_seconds", &CaseRow::first_epoch_seconds, kPositive),
          real_column("load_seconds", &CaseRow::load_seconds, kNotNegative),
          real_column("compute_seconds", &CaseRow::compute_seconds, kNotNegative),
          real_column("comm_seconds", &CaseRow::comm_seconds, kNotNegative),
          real_column("exposed_comm_seconds", &CaseRow::exposed_comm_seconds, kAnyNumber),
          real_column("peak_memory_bytes", &CaseRow::peak_memory_bytes, kNotNegative),
          real_column("final_loss", &CaseRow::final_loss, kAnyNumber),
          real_column("train_accuracy", &CaseRow::train_accuracy, kFraction),
          real_column("test_accuracy", &CaseRow::test_accuracy, kFraction),
          {"max_batch", read_max_batch},
          {"images", read_images},
          {"device", read_device}};
}

}  // namespace

const std::vector<FigureColumn>& figure_columns() {
  static const std::vector<FigureColumn> columns = all_columns();
  return columns;
}

bool has_figure(const CaseRecord& record) {
  return !record.parameters.empty() ||
         std::any_of(kFigures.begin(), kFigures.end(), [&](auto member) { return std::isfinite(record.row.*member); });
}

}  // namespace scalemark::published
