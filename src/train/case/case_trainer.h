#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "config/experiment.h"
#include "train/case_measurement.h"
#include "train/trainer.h"

namespace scalemark::train {

/// Local to the rank: builds the case's training within its limit of memory, and probes one step.
/// @param steps         that the schedule spans
/// @param rising_steps  of them, over which the learning rate rises
/// @throws c10::OutOfMemoryError
std::unique_ptr<Trainer> build_trainer(const config::CaseConfig& config, const CaseContext& context, std::int64_t steps,
                                       std::int64_t rising_steps, const BatchSource& load);

/// Readies the trainer for graphs of its steps. Returns why it goes without; empty where it does not.
std::string set_up_graphs(const config::CaseConfig& config, const CaseContext& context, Trainer& trainer);

}  // namespace scalemark::train
