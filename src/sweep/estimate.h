#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/experiment.h"
#include "monitor/control_group.h"
#include "sweep/onlookers.h"

namespace scalemark::sweep {

/// What a case is expected to take, on one rank.
struct CaseEstimate {
  std::string case_id;
  std::int64_t batch_per_gpu = 0;  ///< of a search: what the memory limit is expected to hold; without one its step
  double seconds = 0;              ///< all repetitions of all arms
  double memory_bytes = 0;         ///< peak of the full arm
  std::string fault{};             ///< why its steps fail, so that nothing is expected of it; empty where they do not
};

/// Runs a few small steps of each kind of case on rank 0's device and extrapolates in the batch size: time in
/// proportion, memory along a line through two batches. Communication and loading are not in it. Collective (it opens
/// the groups); empty on the other ranks.
std::vector<CaseEstimate> estimate_cases(const config::Experiment& experiment, const monitor::ControlGroup& world,
                                         Onlookers& onlookers);

/// The text of --dry-run: one line per case in the order in which they will run, and the total.
std::string format_plan(const config::Experiment& experiment, const std::vector<CaseEstimate>& estimates);

}  // namespace scalemark::sweep
