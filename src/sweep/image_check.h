#pragma once

#include "config/experiment.h"
#include "data/image_findings.h"
#include "monitor/control_group.h"
#include "sweep/dataset_cache.h"

namespace scalemark::sweep {

/// Collective: opens what the cases read (the test split where they evaluate) and looks at the images
/// (data/image_check), the ranks of a host sharing the work, since each host may have files of its own. The findings
/// are on every rank. What takes longer than two seconds rank 0 names.
data::ImageFindings check_images(const config::Experiment& experiment, const monitor::ControlGroup& world,
                                 DatasetCache& datasets);

/// Collective: the same, and rank 0 says it. @throws AgreedInputError where there is what would end the job
void require_sound_images(const config::Experiment& experiment, const monitor::ControlGroup& world,
                          DatasetCache& datasets);

}  // namespace scalemark::sweep
