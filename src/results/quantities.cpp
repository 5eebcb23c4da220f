#include "results/quantities.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "results/schema.h"

namespace scalemark::results {
namespace {

using enum Range;
using enum IfAbsent;

constexpr Quantity text(const char* long_name) { return {"", long_name}; }
constexpr Quantity one(const char* long_name) { return {"1", long_name}; }
constexpr Quantity images(const char* long_name) { return {"image", long_name}; }
constexpr Quantity seconds(const char* long_name) { return {"s", long_name}; }

constexpr auto kCaseColumns = std::to_array<TableColumn<CaseRow>>({
    {"case", text("name of the group /cases/<case>"), &CaseRow::case_id, kAny, kRefuse},
    {"label", text("name that the config gives the case"), &CaseRow::label},
    {"status", text("how the case ended"), &CaseRow::status, kAny, kRefuse},
    {"reason", text("why the status is not ok; of an ok case: by how many seeds the target was not reached"),
     &CaseRow::reason},
    {"model", text("network"), &CaseRow::model},
    {"dataset", text("data set"), &CaseRow::dataset},
    {"mode", text("how ranks share the work"), &CaseRow::mode},
    {"precision", text("type of the arithmetic"), &CaseRow::precision},
    {"optimizer", text("optimizer"), &CaseRow::optimizer},
    {"checkpointing", one("whether activations are computed again"), &CaseRow::checkpointing, kAny, kRefuse},
    {"ranks", one("processes"), &CaseRow::ranks, kPositive, kRefuse},
    {"devices", one("devices"), &CaseRow::devices, kPositive, kRefuse},
    {"batch_per_rank", images("images of a step on one rank"), &CaseRow::batch_per_rank, kPositive, kRefuse},
    {"global_batch", images("images of a step on all ranks"), &CaseRow::global_batch, kPositive, kRefuse},
    {"loader_workers", one("threads per rank that load data"), &CaseRow::loader_workers, kNotNegative, kRefuse},
    {"parameters", one("parameters of the network"), &CaseRow::parameters, kPositive, kRefuse},
    {"step_seconds", seconds("median step time"), &CaseRow::step_seconds, kPositive},
    {"step_seconds_low", seconds("lower bound of step_seconds, 95 %"), &CaseRow::step_seconds_low, kPositive},
    {"step_seconds_high", seconds("upper bound of step_seconds, 95 %"), &CaseRow::step_seconds_high, kPositive},
    {"images_per_second",
     {"image/s", "global batch over step_mean_seconds; over step_seconds below schema_minor 2"},
     &CaseRow::images_per_second,
     kPositive},
    {"epoch_seconds", seconds("median time of a measured epoch, without the first, for every image once"),
     &CaseRow::epoch_seconds, kPositive},
    {"epoch_seconds_estimated", seconds("images of the data set over images_per_second"),
     &CaseRow::epoch_seconds_estimated, kPositive},
    {"first_epoch_seconds", seconds("time of the first epoch, for every image once"), &CaseRow::first_epoch_seconds,
     kPositive},
    {"load_seconds", seconds("mean time per step to load the batch, labelled pass"), &CaseRow::load_seconds,
     kNotNegative},
    {"compute_seconds", seconds("mean time per step of forward, backward and optimizer, labelled pass"),
     &CaseRow::compute_seconds, kNotNegative},
    {"comm_seconds", seconds("mean time per step to reduce the gradients alone"), &CaseRow::comm_seconds, kNotNegative},
    {"exposed_comm_seconds", seconds("mean time per step that reduction adds"), &CaseRow::exposed_comm_seconds},
    {"peak_memory_bytes",
     {"byte", "peak memory of the rank with the highest peak"},
     &CaseRow::peak_memory_bytes,
     kNotNegative},
    {"final_loss", one("loss of the last step"), &CaseRow::final_loss},
    {"train_accuracy", one("fraction of the training images classified right"), &CaseRow::train_accuracy, kFraction},
    {"test_accuracy", one("fraction of the test images classified right"), &CaseRow::test_accuracy, kFraction},
    {"step_mean_seconds", seconds("mean step time: time that passed over steps"), &CaseRow::step_mean_seconds,
     kPositive, kInitialValue, 1},
    {"step_mean_seconds_low", seconds("lower bound of step_mean_seconds, 95 %"), &CaseRow::step_mean_seconds_low,
     kPositive, kInitialValue, 1},
    {"step_mean_seconds_high", seconds("upper bound of step_mean_seconds, 95 %"), &CaseRow::step_mean_seconds_high,
     kPositive, kInitialValue, 1},
    {"block", one("cases of one block took turns, repetition by repetition; 0: not recorded"), &CaseRow::block,
     kNotNegative, kInitialValue, 2},
    {"in_flight", one("whether the case's first repetition began and did not end; its job runs or died"),
     &CaseRow::in_flight, kAny, kInitialValue, 2},
    {"skipped_step_fraction", one("fraction of the steps in loss that fp16's gradient scaler skipped"),
     &CaseRow::skipped_step_fraction, kFraction, kInitialValue, 2},
    {"target_seconds", seconds("training time to the target accuracy, evaluations left out, mean over seeds"),
     &CaseRow::target_seconds, kPositive, kInitialValue, 2},
    {"target_seconds_low", seconds("lower bound of target_seconds, 95 %, from the evaluations before the target"),
     &CaseRow::target_seconds_low, kNotNegative, kInitialValue, 2},
    {"target_seconds_high", seconds("upper bound of target_seconds, 95 %, from the evaluations that reached it"),
     &CaseRow::target_seconds_high, kPositive, kInitialValue, 2},
    {"target_epochs", one("epochs to the target accuracy, mean over seeds"), &CaseRow::target_epochs, kPositive,
     kInitialValue, 2},
    {"target_images", images("images trained on up to the target accuracy, over all ranks, mean over seeds"),
     &CaseRow::target_images, kPositive, kInitialValue, 2},
    {"target_joules",
     {"J", "energy of all ranks' GPUs up to the target accuracy, mean over seeds"},
     &CaseRow::target_joules,
     kPositive,
     kInitialValue,
     2},
    {"seeds", one("seeds whose training to the target accuracy has ended"), &CaseRow::seeds, kNotNegative,
     kInitialValue, 2},
    {"seeds_reached", one("seeds that reached the target accuracy"), &CaseRow::seeds_reached, kNotNegative,
     kInitialValue, 2},
});

constexpr auto kRankColumns = std::to_array<TableColumn<RankRow>>({
    {"case", text("name of the group /cases/<case>"), &RankRow::case_id, kAny, kRefuse},
    {"rank", one("number of the rank"), &RankRow::rank, kNotNegative, kRefuse},
    {"host", text("host"), &RankRow::host},
    {"device", text("model of the device"), &RankRow::device},
    {"device_uuid", text("UUID of the GPU"), &RankRow::device_uuid},
    {"pci_id", text("PCI address of the GPU"), &RankRow::pci_id},
    {"threads", one("CPU threads of the rank"), &RankRow::threads, kPositive, kRefuse},
    {"peak_memory_bytes", {"byte", "peak memory of the rank"}, &RankRow::peak_memory_bytes, kNotNegative},
});

/// What came after the first schema is in no file of that one, and those must be read for ever.
template <class Columns>
constexpr bool older_files_stay_readable(const Columns& columns) {
  return std::ranges::all_of(columns, [](const auto& column) {
    return column.since_minor <= schema::kMinor &&
           (column.since_minor == 0 || column.if_absent == IfAbsent::kInitialValue);
  });
}

/// A name or a member that stands there twice is a slip of the pen that no compiler sees.
template <class Columns>
constexpr bool no_column_is_there_twice(const Columns& columns) {
  for (std::size_t i = 0; i < columns.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (std::string_view(columns[i].name) == columns[j].name || columns[i].member == columns[j].member) return false;
  return true;
}

static_assert(no_column_is_there_twice(kCaseColumns) && no_column_is_there_twice(kRankColumns));
static_assert(older_files_stay_readable(kCaseColumns) && older_files_stay_readable(kRankColumns));

}  // namespace

template <>
std::span<const TableColumn<CaseRow>> table_columns() {
  return kCaseColumns;
}

template <>
std::span<const TableColumn<RankRow>> table_columns() {
  return kRankColumns;
}

}  // namespace scalemark::results
