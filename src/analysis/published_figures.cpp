#include "analysis/published_figures.h"

#include <cmath>

namespace scalemark::analysis {
namespace {

using results::CaseRecord;

bool both_state(double results::CaseRow::*quantity, const CaseRecord& base, const CaseRecord& one) {
  return std::isfinite(base.row.*quantity) && std::isfinite(one.row.*quantity);
}

bool from_epochs(ScalingKind kind, const CaseRecord& base, const CaseRecord& one) {
  if (!both_state(&results::CaseRow::epoch_seconds, base, one)) return false;
  return kind == ScalingKind::kFixedDataSet || !both_state(&results::CaseRow::step_seconds, base, one);
}

/// Epoch times times global batches are proportional to step times: the number of images cancels.
double epoch_work(const CaseRecord& record) {
  return record.row.epoch_seconds * static_cast<double>(record.row.global_batch);
}

}  // namespace

Interval published_seconds(ScalingKind kind, const CaseRecord& record) {
  const results::CaseRow& row = record.row;
  const double steps = steps_per_epoch(record.images, record.row.global_batch);
  const bool epoch = kind == ScalingKind::kFixedDataSet;
  if (epoch && std::isfinite(row.epoch_seconds))
    return {row.epoch_seconds, results::kNotMeasured, results::kNotMeasured};
  const double scale = epoch ? steps : 1.0;
  if (std::isfinite(row.step_seconds))
    return {row.step_seconds * scale, row.step_seconds_low * scale, row.step_seconds_high * scale};
  return {row.epoch_seconds / steps, results::kNotMeasured, results::kNotMeasured};
}

double published_step_ratio(ScalingKind kind, const CaseRecord& base, const CaseRecord& one) {
  if (from_epochs(kind, base, one)) return epoch_work(base) / epoch_work(one);
  return base.row.step_seconds / one.row.step_seconds;
}

std::string published_caveat(ScalingKind kind, const CaseRecord& base, const CaseRecord& one) {
  std::string caveat = "published figures, no repetitions: no interval";
  if (!from_epochs(kind, base, one) || kind == ScalingKind::kFixedDataSet) return caveat;
  if (kind == ScalingKind::kFixedGlobalBatch)
    return caveat + "; computed from epoch times, no step was timed by itself";
  return caveat +
         "; computed from epoch times as T_b x b / (T_n x n). The data set and the batch per rank were held fixed, so "
         "n ranks took b / n as many steps. No run with a fixed amount of data per rank was timed";
}

}  // namespace scalemark::analysis
