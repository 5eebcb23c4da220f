#pragma once

#include <string>

#include "config/experiment.h"
#include "measure/device.h"
#include "monitor/control_group.h"
#include "results/records.h"
#include "train/case_measurement.h"

namespace scalemark::sweep {

/// A record that holds the case's parameters and no measurement yet. Its status stays `failed` until a repetition is
/// in.
results::CaseRecord new_record(const config::CaseConfig& config, std::int64_t images);

/// Collective over the case's ranks: brings what every rank measured in one repetition to rank 0 and appends it to
/// `record` there, derived columns included. On the other ranks nothing is to be read from it. A loss that is not
/// finite makes the case `invalid`.
void append_repetition(const train::RepetitionSamples& samples, int repetition,
                       const measure::DeviceDescription& device, const monitor::ControlGroup& group,
                       results::CaseRecord& record);

/// Collective over the case's ranks: the same of a training to an accuracy, whose run is in the record already. A case
/// that has fallen short of its target is ok, and its reason says so.
void append_training(const train::RepetitionSamples& circumstances, int repetition,
                     const measure::DeviceDescription& device, const monitor::ControlGroup& group,
                     results::CaseRecord& record);

}  // namespace scalemark::sweep
