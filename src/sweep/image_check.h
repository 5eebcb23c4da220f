#pragma once

#include <string>
#include <vector>

#include "config/experiment.h"
#include "monitor/control_group.h"
#include "sweep/dataset_cache.h"

namespace scalemark::sweep {

/// What a look at the images of an experiment found, before time is spent on them.
struct ImageFindings {
  std::vector<std::string> unopened;  ///< why a data set cannot be opened
  std::string damaged;                ///< images that would end the job; empty: none
  std::string skipped;                ///< damaged images that will be skipped; empty: none
  std::string summary;                ///< how many were looked at, and how many were not; empty: none is compressed
};

/// Collective: opens what the cases read (the test split where they evaluate) and looks at the images
/// (data/image_check), the ranks of a host sharing the work, since each host may have files of its own. The findings
/// are on every rank.
ImageFindings check_images(const config::Experiment& experiment, const monitor::ControlGroup& world,
                           DatasetCache& datasets);

/// Collective: the same, and rank 0 says it. @throws AgreedInputError where there is what would end the job
void require_sound_images(const config::Experiment& experiment, const monitor::ControlGroup& world,
                          DatasetCache& datasets);

}  // namespace scalemark::sweep
