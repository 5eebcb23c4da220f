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
  bool counts_epochs = true;       ///< false: the case measures epochs whose length is not known
};

/// What the estimates of a dry run hold for.
struct PlanBasis {
  std::string device;              ///< "AMD EPYC 9354" on which the steps were run
  std::int64_t free_bytes = 0;     ///< of it; 0: not known
  int ranks = 0;                   ///< that were launched; 0: not known
  std::vector<std::string> lacks;  ///< data sets that cannot be opened: why
};

struct Plan {
  std::vector<CaseEstimate> estimates;
  PlanBasis basis;
};

/// Runs a few small steps of each kind of case on rank 0's device and extrapolates in the batch size: time in
/// proportion, memory along a line through two batches. Epochs are counted by the images of the data set.
/// Communication and loading are not in it. Collective (it opens the groups); empty on the other ranks.
Plan plan_cases(const config::Experiment& experiment, const monitor::ControlGroup& world, Onlookers& onlookers);

/// The text of --dry-run: one line per case in the order in which they will run, the total, and what a run would lack.
std::string format_plan(const config::Experiment& experiment, const Plan& plan);

}  // namespace scalemark::sweep
