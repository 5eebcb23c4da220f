#include "lab/case_quantities.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_map>
#include <variant>

#include "analysis/published_beside.h"
#include "report/tables/columns.h"
#include "results/quantities.h"

namespace scalemark::lab {
namespace {

using analysis::CaseLine;
using analysis::ScalingRow;
using report::Cell;
using report::RowsByCase;
using results::CaseRow;

/// How people read a column of the catalogue, and what measures it.
struct Wording {
  std::string_view name;
  const char* title;
  const char* needs;
};

constexpr const char* kPhasePass = "measure.steps";
constexpr const char* kReductionArm = "measure.arms: comm_only, on two ranks";
constexpr const char* kNoSyncArm = "measure.arms: no_sync, on two ranks";
constexpr const char* kEvaluation = "measure.evaluate: true";
constexpr const char* kRanksOfOneBatch = "two values of gpus at one batch_size";

constexpr std::array kWordings{Wording{"step_seconds", "median step", kPhasePass},
                               Wording{"step_mean_seconds", "step", kPhasePass},
                               Wording{"images_per_second", "images/s", kPhasePass},
                               Wording{"epoch_seconds", "epoch", "measure.epochs: 2 or more"},
                               Wording{"epoch_seconds_estimated", "epoch, estimated", "a data set of known length"},
                               Wording{"first_epoch_seconds", "first epoch", "measure.epochs"},
                               Wording{"load_seconds", "loading per step", kPhasePass},
                               Wording{"compute_seconds", "computation per step", kPhasePass},
                               Wording{"comm_seconds", "communication per step", kReductionArm},
                               Wording{"exposed_comm_seconds", "exposed communication per step", kNoSyncArm},
                               Wording{"peak_memory_bytes", "peak memory", "a job of today's program"},
                               Wording{"final_loss", "loss of the last step", kPhasePass},
                               Wording{"train_accuracy", "training accuracy", kEvaluation},
                               Wording{"test_accuracy", "test accuracy", kEvaluation},
                               Wording{"parameters", "parameters", "a job of today's program"},
                               Wording{"skipped_step_fraction", "steps that fp16 left out", "train.precision: fp16"}};

Unit unit_of_column(const std::string& units, results::Range range) {
  if (units == "s") return Unit::kSeconds;
  if (units == "byte") return Unit::kBytes;
  if (units == "image/s") return Unit::kImagesPerSecond;
  return range == results::Range::kFraction ? Unit::kFraction : Unit::kNone;
}

Cell column_cell(results::CaseStatus status) { return results::to_string(status); }
Cell column_cell(bool value) { return std::string(value ? "true" : "false"); }
template <typename Value>
Cell column_cell(const Value& value) {
  return report::to_cell(value);
}

/// Numbers that a publication or an old file leaves out are 0 there.
Cell without_zero(Cell cell) {
  const auto* count = std::get_if<std::int64_t>(&cell);
  return count != nullptr && *count == 0 ? Cell{} : cell;
}

Cell catalogue_value(const CaseRow& row, std::size_t index) {
  const auto columns = results::table_columns<CaseRow>();
  if (results::has_bounds<CaseRow>(index)) {
    const auto value = [&](std::size_t at) { return row.*std::get<double CaseRow::*>(columns[at].member); };
    return Interval{value(index), value(index + 1), value(index + 2)};
  }
  const auto& column = columns[index];
  Cell cell = std::visit([&row](auto member) { return column_cell(row.*member); }, column.member);
  return column.range == results::Range::kPositive ? without_zero(std::move(cell)) : cell;
}

bool is_bound(std::string_view name) { return name.ends_with("_low") || name.ends_with("_high"); }

void add_catalogue(std::vector<CaseQuantity>& all) {
  const auto columns = results::table_columns<CaseRow>();
  for (std::size_t index = 0; index < columns.size(); ++index) {
    const auto& column = columns[index];
    const std::string name = column.name;
    if (name == "case" || is_bound(name)) continue;
    std::string title = name;
    std::ranges::replace(title, '_', ' ');
    const auto wording = std::ranges::find(kWordings, name, &Wording::name);
    const bool worded = wording != kWordings.end();
    all.push_back({name, worded ? wording->title : title, unit_of_column(column.quantity.units, column.range),
                   [index](const CaseNumbers&, const CaseLine& line) { return catalogue_value(line.row, index); },
                   worded ? wording->needs : ""});
  }
}

/// `kMember` of the case's row among `kRows`; blank where it has none.
template <auto kRows, auto kMember>
Cell of_row(const CaseNumbers& numbers, const CaseLine& line) {
  const auto* row = (numbers.*kRows).find(line.key.name);
  return row == nullptr ? Cell{} : report::to_cell(row->*kMember);
}

Cell largest_batch(const CaseNumbers& numbers, const CaseLine& line) {
  const auto* found = numbers.largest_batches.find(line.key.name);
  return found == nullptr || !found->fits ? Cell{} : Cell{found->key.batch_per_rank};
}

Cell link_share(const CaseNumbers& numbers, const CaseLine& line) {
  const auto* row = numbers.communication.find(line.key.name);
  return row == nullptr ? Cell{} : Cell{row->bus_bandwidth / numbers.report.link.bus_bandwidth};
}

void add_keys(std::vector<CaseQuantity>& all) {
  all.push_back(
      {"case", "case", Unit::kNone, [](const CaseNumbers&, const CaseLine& line) { return Cell{line.key.name}; }, ""});
  all.push_back({"gpus", "GPUs", Unit::kNone,
                 [](const CaseNumbers&, const CaseLine& line) { return report::to_cell(scale_of(line.key)); }, ""});
  all.push_back(
      {"batch_size", "images per GPU", Unit::kNone,
       [](const CaseNumbers&, const CaseLine& line) { return without_zero(Cell{batch_per_device(line.key)}); }, ""});
  all.push_back({"global_batch_size", "images per step", Unit::kNone,
                 [](const CaseNumbers&, const CaseLine& line) { return without_zero(Cell{line.key.global_batch}); },
                 ""});
}

void add_scaling(std::vector<CaseQuantity>& all) {
  const auto add = [&all](const char* name, const char* title, Unit unit, auto of, const char* needs) {
    all.push_back({name, title, unit, of, needs});
  };
  constexpr const char* kOneGlobalBatch = "two values of gpus at one global_batch_size";
  add("strong_speedup", "strong speed-up", Unit::kRatio, of_row<&CaseNumbers::strong, &ScalingRow::speedup>,
      kRanksOfOneBatch);
  add("strong_efficiency", "strong efficiency", Unit::kFraction, of_row<&CaseNumbers::strong, &ScalingRow::efficiency>,
      kRanksOfOneBatch);
  add("weak_speedup", "weak speed-up", Unit::kRatio, of_row<&CaseNumbers::weak, &ScalingRow::speedup>,
      kRanksOfOneBatch);
  add("weak_efficiency", "weak efficiency", Unit::kFraction, of_row<&CaseNumbers::weak, &ScalingRow::efficiency>,
      kRanksOfOneBatch);
  add("fixed_global_batch_speedup", "speed-up of a fixed global batch", Unit::kRatio,
      of_row<&CaseNumbers::fixed_global_batch, &ScalingRow::speedup>, kOneGlobalBatch);
  add("fixed_global_batch_efficiency", "efficiency of a fixed global batch", Unit::kFraction,
      of_row<&CaseNumbers::fixed_global_batch, &ScalingRow::efficiency>, kOneGlobalBatch);
}

void add_costs(std::vector<CaseQuantity>& all) {
  using analysis::ArmCost;
  using analysis::Communication;
  const auto add = [&all](const char* name, const char* title, Unit unit, auto of, const char* needs) {
    all.push_back({name, title, unit, of, needs});
  };
  constexpr const char* kCachedInput = "measure.arms: cached_input";
  add("exposed_comm_fraction", "exposed communication's share of a step", Unit::kFraction,
      of_row<&CaseNumbers::exposed_communication, &ArmCost::share>, kNoSyncArm);
  add("input_seconds", "waiting for input per step", Unit::kSeconds, of_row<&CaseNumbers::input, &ArmCost::seconds>,
      kCachedInput);
  add("input_fraction", "input's share of a step", Unit::kFraction, of_row<&CaseNumbers::input, &ArmCost::share>,
      kCachedInput);
  add("reduced_bytes", "gradients per step", Unit::kBytes, of_row<&CaseNumbers::communication, &Communication::bytes>,
      kReductionArm);
  add("algorithm_bandwidth", "algorithm bandwidth", Unit::kBytesPerSecond,
      of_row<&CaseNumbers::communication, &Communication::algorithm_bandwidth>, kReductionArm);
  add("bus_bandwidth", "bus bandwidth", Unit::kBytesPerSecond,
      of_row<&CaseNumbers::communication, &Communication::bus_bandwidth>, kReductionArm);
  add("link_fraction", "bus bandwidth over the link's", Unit::kFraction, link_share,
      "measure.arms: comm_only, on GPUs that links join");
}

void add_findings(std::vector<CaseQuantity>& all) {
  using analysis::WorkerChoice;
  const auto add = [&all](const char* name, const char* title, Unit unit, auto of, const char* needs) {
    all.push_back({name, title, unit, of, needs});
  };
  constexpr const char* kWorkers = "three values of loader.workers";
  add(
      "later_epochs_mean_seconds", "mean of the later epochs", Unit::kSeconds,
      [](const CaseNumbers&, const CaseLine& line) { return Cell{line.later_epochs_mean_seconds}; },
      "measure.epochs: 2 or more");
  add("largest_batch", "largest batch that fits", Unit::kNone, largest_batch, "max_batch: true");
  add("joules_per_image", "energy per image", Unit::kJoules,
      of_row<&CaseNumbers::energy, &analysis::EnergyUse::joules_per_image>, "GPUs that count their energy");
  add("best_workers", "workers that are enough", Unit::kNone, of_row<&CaseNumbers::workers, &WorkerChoice::best>,
      kWorkers);
  add("best_workers_why", "why more do not help", Unit::kNone, of_row<&CaseNumbers::workers, &WorkerChoice::why>,
      kWorkers);
}

void add_published(std::vector<CaseQuantity>& all) {
  for (const auto& figure : analysis::published_figures()) {
    const auto of = [name = figure.name](const CaseNumbers& numbers, const CaseLine& line) {
      const auto found = numbers.published.find({line.key.name, name});
      return found == numbers.published.end() ? Cell{} : Cell{found->second->published};
    };
    all.push_back({"published " + figure.name, "published " + figure.name, figure.unit, of,
                   "a file of published figures that has this case"});
  }
}

std::vector<CaseQuantity> make_all() {
  std::vector<CaseQuantity> all;
  add_keys(all);
  add_catalogue(all);
  add_scaling(all);
  add_costs(all);
  add_findings(all);
  add_published(all);
  return all;
}

}  // namespace

const std::vector<CaseQuantity>& case_quantities() {
  static const std::vector<CaseQuantity> all = make_all();
  return all;
}

const CaseQuantity* find_quantity(std::string_view name) {
  static const auto by_name = [] {
    std::unordered_map<std::string_view, const CaseQuantity*> names;
    for (const auto& quantity : case_quantities()) names.try_emplace(quantity.name, &quantity);
    return names;
  }();
  const auto found = by_name.find(name);
  return found == by_name.end() ? nullptr : found->second;
}

std::vector<std::string> quantity_names() {
  std::vector<std::string> names;
  for (const auto& quantity : case_quantities()) names.push_back(quantity.name);
  return names;
}

bool is_blank(const Cell& cell) {
  if (const auto* text = std::get_if<std::string>(&cell)) return text->empty();
  return !std::isfinite(number_of(cell));
}

double number_of(const Cell& cell) {
  if (const auto* count = std::get_if<std::int64_t>(&cell)) return static_cast<double>(*count);
  if (const auto* number = std::get_if<double>(&cell)) return *number;
  if (const auto* interval = std::get_if<Interval>(&cell)) return interval->estimate;
  return results::kNotMeasured;
}

}  // namespace scalemark::lab
