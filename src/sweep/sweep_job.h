#pragma once

#include <filesystem>
#include <memory>

#include "config/experiment.h"
#include "monitor/control_group.h"
#include "monitor/rank_monitor.h"
#include "sweep/case_book.h"
#include "sweep/dataset_cache.h"
#include "sweep/onlookers.h"
#include "sweep/rank_groups.h"
#include "sweep/roofline_facts.h"

namespace scalemark::sweep {

/// What the parts of a sweep share on one rank.
struct SweepJob {
  const monitor::ControlGroup& world;
  monitor::RankMonitor& monitor;
  Onlookers& onlookers;
  RankGroups groups;
  DatasetCache datasets{};
  std::unique_ptr<RooflineFacts> roofline{};
  std::unique_ptr<CaseBook> book{};  ///< on rank 0
  std::filesystem::path output{};    ///< the result file

  bool leads() const { return world.rank() == 0; }
};

}  // namespace scalemark::sweep
