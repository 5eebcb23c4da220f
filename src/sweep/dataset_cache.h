#pragma once

#include <map>
#include <memory>
#include <utility>

#include "config/experiment.h"
#include "data/dataset.h"

namespace scalemark::sweep {

/// Opens each data set of a sweep once.
class DatasetCache {
 public:
  /// @throws InputError as data::open_dataset.
  std::shared_ptr<const data::Dataset> get(const config::CaseConfig& config, data::Split split);

 private:
  std::map<std::pair<data::DatasetOptions, data::Split>, std::shared_ptr<const data::Dataset>> open_;
};

}  // namespace scalemark::sweep
