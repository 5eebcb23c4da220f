#include "analysis/published_beside.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "analysis/comparability.h"
#include "analysis/measured_epochs.h"
#include "analysis/scaling.h"
#include "results/schema.h"

namespace scalemark::analysis {
namespace {

using results::CaseRow;
using results::kNotMeasured;

Interval without_bounds(double value) { return {value, kNotMeasured, kNotMeasured}; }

// What a figure reads of a case: a published one's row as it was entered, a measured one's from its samples.

Interval step_seconds(const MeasuredCase& one) {
  return {one.row.step_mean_seconds, one.row.step_mean_seconds_low, one.row.step_mean_seconds_high};
}

Interval estimated_epoch_seconds(const MeasuredCase& one) {
  return scaled(step_seconds(one), steps_per_epoch(one.record->images, one.row.global_batch));
}

/// Whole epochs where they were measured, else what the steps amount to.
Interval whole_epoch_seconds(const MeasuredCase& one) {
  const std::vector<double> epochs = later_epochs(*one.record);
  return epochs.empty() ? estimated_epoch_seconds(one) : interval_of_mean(epochs);
}

template <double CaseRow::*kMember>
Interval plain(const MeasuredCase& one) {
  return without_bounds(one.row.*kMember);
}

/// Publications without a batch size sum these up over an epoch.
template <double CaseRow::*kMember>
Interval per_epoch(const MeasuredCase& one) {
  return without_bounds(one.row.*kMember * steps_per_epoch(one.record->images, one.row.global_batch));
}

Interval images_per_second(const MeasuredCase& one) {
  const auto batch = static_cast<double>(one.row.global_batch);
  // The slowest step is the lowest rate.
  return {one.row.images_per_second, batch / one.row.step_mean_seconds_high, batch / one.row.step_mean_seconds_low};
}

Interval parameter_count(const MeasuredCase& one) {
  return without_bounds(one.row.parameters == 0 ? kNotMeasured : static_cast<double>(one.row.parameters));
}

/// The batch per rank, of cases with one of these parameters: what they are there to find.
Interval largest_batch(const MeasuredCase& one) {
  const bool searched = std::ranges::any_of(one.record->parameters, [](const auto& parameter) {
    return parameter.first == "max_batch" || parameter.first == results::schema::kBatchStep;
  });
  return without_bounds(searched ? static_cast<double>(one.row.batch_per_rank) : kNotMeasured);
}

constexpr const char* kEstimatedEpoch = "the epoch measured here is estimated from its steps";

struct Figure {
  const char* name;
  Unit unit;
  Interval (*published)(const MeasuredCase&);
  Interval (*measured)(const MeasuredCase&);
};

constexpr std::array kFigures{
    Figure{"parameters", Unit::kNone, parameter_count, parameter_count},
    Figure{"largest batch per rank", Unit::kNone, largest_batch, largest_batch},
    Figure{"time per batch", Unit::kSeconds, plain<&CaseRow::step_seconds>, step_seconds},
    Figure{"estimated epoch", Unit::kSeconds, plain<&CaseRow::epoch_seconds_estimated>, estimated_epoch_seconds},
    Figure{"epoch", Unit::kSeconds, plain<&CaseRow::epoch_seconds>, whole_epoch_seconds},
    Figure{"first epoch", Unit::kSeconds, plain<&CaseRow::first_epoch_seconds>, plain<&CaseRow::first_epoch_seconds>},
    Figure{"throughput", Unit::kImagesPerSecond, plain<&CaseRow::images_per_second>, images_per_second},
    Figure{"peak memory", Unit::kBytes, plain<&CaseRow::peak_memory_bytes>, plain<&CaseRow::peak_memory_bytes>},
    Figure{"training accuracy", Unit::kFraction, plain<&CaseRow::train_accuracy>, plain<&CaseRow::train_accuracy>},
    Figure{"test accuracy", Unit::kFraction, plain<&CaseRow::test_accuracy>, plain<&CaseRow::test_accuracy>}};

constexpr std::array kStepFigures{
    Figure{"loading per step", Unit::kSeconds, plain<&CaseRow::load_seconds>, plain<&CaseRow::load_seconds>},
    Figure{"compute per step", Unit::kSeconds, plain<&CaseRow::compute_seconds>, plain<&CaseRow::compute_seconds>}};

constexpr std::array kEpochFigures{
    Figure{"loading per epoch", Unit::kSeconds, plain<&CaseRow::load_seconds>, per_epoch<&CaseRow::load_seconds>},
    Figure{"compute per epoch", Unit::kSeconds, plain<&CaseRow::compute_seconds>,
           per_epoch<&CaseRow::compute_seconds>}};

bool stands_for(const CaseRow& measured, const CaseRow& published) {
  if (!published.model.empty() && measured.model != published.model) return false;
  if (!published.label.empty()) return measured.label == published.label;
  return measured.devices == published.devices && measured.batch_per_rank == published.batch_per_rank;
}

/// A case that went well comes before one that did not.
const MeasuredCase* neighbour_of(const CaseRow& published, const CaseSet& set) {
  const MeasuredCase* found = nullptr;
  for (const auto& one : set.cases) {
    if (one.published() || !stands_for(one.record->row, published)) continue;
    if (found == nullptr || (one.ok() && !found->ok())) found = &one;
  }
  return found;
}

/// "batch per rank 8, published 512": what the two cases do not share, of what the publication states.
std::vector<std::string> what_differs(const CaseRow& measured, const CaseRow& published) {
  std::vector<std::string> texts;
  const auto compare = [&texts](const char* what, const auto& here, const auto& there, const auto& unstated) {
    if (there != unstated && here != there) texts.push_back(fmt::format("{} {}, published {}", what, here, there));
  };
  const std::string unstated;
  compare("data set", measured.dataset, published.dataset, unstated);
  compare("precision", measured.precision, published.precision, unstated);
  compare("devices", measured.devices, published.devices, 0);
  compare("batch per rank", measured.batch_per_rank, published.batch_per_rank, 0);
  return texts;
}

std::string remark_of(const CaseRow& published, const MeasuredCase* neighbour) {
  std::vector<std::string> parts;
  if (!published.reason.empty()) parts.push_back(published.reason);
  if (neighbour == nullptr) {
    parts.emplace_back("no case of this report stands for it");
  } else if (!neighbour->ok()) {
    const CaseRow& row = neighbour->record->row;
    parts.push_back(fmt::format("{}: {}", results::status_text(row), row.reason));
  } else {
    for (auto& text : what_differs(neighbour->record->row, published)) parts.push_back(std::move(text));
  }
  return fmt::format("{}", fmt::join(parts, "; "));
}

class Pairs {
 public:
  explicit Pairs(const CaseSet& set) : set_(set) {}

  void add_figures(const MeasuredCase& published) {
    const CaseRow& row = published.record->row;
    const MeasuredCase* neighbour = neighbour_of(row, set_);
    const std::string remark = remark_of(row, neighbour);
    for (const auto& figure : kFigures) add(figure, published, neighbour, remark);
    for (const auto& figure : row.global_batch == 0 ? kEpochFigures : kStepFigures)
      add(figure, published, neighbour, remark);
  }

  std::vector<PublishedBeside> take() { return std::move(pairs_); }

 private:
  void add(const Figure& figure, const MeasuredCase& published, const MeasuredCase* neighbour,
           const std::string& remark) {
    const double value = figure.published(published).estimate;
    if (!std::isfinite(value)) return;
    PublishedBeside pair{published.key.name, figure.name, figure.unit, value, device_models(*published.record)};
    pair.remark = remark;
    if (neighbour != nullptr) {
      pair.measured_name = neighbour->key.name;
      pair.measured_device = device_models(*neighbour->record);
      if (neighbour->ok()) pair.measured = figure.measured(*neighbour);
      if (neighbour->ok() && figure.measured == whole_epoch_seconds && later_epochs(*neighbour->record).empty())
        pair.remark = remark.empty() ? kEstimatedEpoch : fmt::format("{}; {}", kEstimatedEpoch, remark);
      if (neighbour->ok() && !std::isfinite(pair.measured.estimate))
        pair.remark = std::string(remark.empty() ? "" : remark + "; ") + "the case did not measure it";
    }
    pairs_.push_back(std::move(pair));
  }

  const CaseSet& set_;
  std::vector<PublishedBeside> pairs_;
};

}  // namespace

std::vector<FigureName> published_figures() {
  std::vector<FigureName> names;
  const auto add = [&names](const auto& figures) {
    for (const auto& figure : figures) names.push_back({figure.name, figure.unit});
  };
  add(kFigures);
  add(kStepFigures);
  add(kEpochFigures);
  return names;
}

std::vector<PublishedBeside> published_beside_measured(const CaseSet& set) {
  Pairs pairs(set);
  for (const auto& one : set.cases) {
    if (one.published()) pairs.add_figures(one);
  }
  return pairs.take();
}

}  // namespace scalemark::analysis
