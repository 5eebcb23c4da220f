#include "collectives/measure_collective.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "collectives/series.h"
#include "core/units.h"

namespace scalemark::collectives {
namespace {

/// Appends the ranks' seconds [rank][repetition] of one size as [repetition, rank].
void append(std::vector<double>& all, const std::vector<std::vector<double>>& of_ranks, int repetitions) {
  for (std::size_t repetition = 0; repetition < static_cast<std::size_t>(repetitions); ++repetition) {
    for (const auto& seconds : of_ranks) all.push_back(seconds[repetition]);
  }
}

results::CommRecord empty_record(const Operation& operation, const MeasureOptions& options, const std::string& type,
                                 const Ranks& ranks) {
  results::CommRecord record;
  record.op = operation.name;
  record.backend = ranks.group.backend();
  record.type = type;
  if (operation.reduces) record.reduction = redop(operation);
  record.repetitions = options.repetitions;
  record.ranks = ranks.group.size();
  return record;
}

/// Appends what one of many in a row takes on each rank.
void append(results::InARow& all, const Series::PerCall& of_rank, const Ranks& ranks) {
  for (const auto& seconds :
       ranks.control.gather(std::array{of_rank.queued_seconds, of_rank.call_seconds, of_rank.graph_seconds})) {
    all.queued_seconds.push_back(seconds[0]);
    all.call_seconds.push_back(seconds[1]);
    if (ranks.record) all.graph_seconds.push_back(seconds[2]);
  }
}

/// Appends to the record what one size takes and, where it is checked, how many elements are wrong.
void measure_size(Series& series, std::int64_t elements, bool in_place, const MeasureOptions& options,
                  const Ranks& ranks, results::CommRecord& record) {
  ranks.activity.begin_arm(in_place ? "in place" : "out of place");
  const Buffers buffers = series.buffers(elements, in_place);
  append(in_place ? record.in_place_seconds : record.seconds, ranks.control.gather(series.one_by_one(buffers)),
         options.repetitions);
  append(in_place ? record.in_place_in_a_row : record.in_a_row, series.in_a_row(buffers), ranks);
  if (!in_place) record.choices.push_back(series.choice(buffers));
  if (!options.check) return;
  const double wrong = ranks.control.sum(static_cast<double>(series.check(buffers)));
  (in_place ? record.in_place_wrong : record.wrong).push_back(static_cast<std::int64_t>(wrong));
}

/// An element of every rank's piece, where there are pieces.
std::int64_t grain_bytes(const Operation& operation, const std::string& type, std::int64_t ranks) {
  const bool has_pieces = operation.input_has_pieces || operation.output_has_pieces;
  return static_cast<std::int64_t>(c10::elementSize(type_named(type))) * (has_pieces ? ranks : 1);
}

}  // namespace

std::vector<std::int64_t> sizes_of(const MeasureOptions& options) {
  std::vector<std::int64_t> sizes;
  for (auto size = options.begin_bytes; size <= options.end_bytes;) {
    sizes.push_back(size);
    if (options.step_bytes > options.end_bytes - size) break;
    const auto next = static_cast<std::int64_t>(std::floor(static_cast<double>(size) * options.factor));
    size = options.step_bytes > 0 ? size + options.step_bytes : std::max(size + 1, next);
  }
  return sizes;
}

std::vector<std::int64_t> measured_bytes(const Operation& operation, const MeasureOptions& options,
                                         const std::string& type, std::int64_t ranks) {
  const std::int64_t grain = grain_bytes(operation, type, ranks);
  std::vector<std::int64_t> measured = sizes_of(options);
  for (std::int64_t& bytes : measured) bytes = bytes / grain * grain;
  std::erase(measured, 0);
  const auto repeated = std::ranges::unique(measured);
  measured.erase(repeated.begin(), repeated.end());
  return measured;
}

results::CommRecord measure_collective(const Operation& operation, const MeasureOptions& options,
                                       const std::string& type, const Ranks& ranks,
                                       const std::function<void(const results::CommRecord&)>& on_size) {
  const at::TensorOptions tensor_options = at::TensorOptions(type_named(type)).device(ranks.device);
  const std::int64_t grain = grain_bytes(operation, type, ranks.group.size());
  Series series(operation, options, tensor_options, ranks);
  results::CommRecord record = empty_record(operation, options, type, ranks);
  std::uint64_t visit = 0;
  for (const std::int64_t bytes : measured_bytes(operation, options, type, ranks.group.size())) {
    const std::int64_t elements = bytes / grain;
    ranks.activity.begin_visit(++visit,
                               fmt::format("{} of {}", operation.name, format_bytes(static_cast<double>(bytes))));
    record.bytes.push_back(bytes);
    measure_size(series, elements, /*in_place=*/false, options, ranks, record);
    if (operation.has_in_place) measure_size(series, elements, /*in_place=*/true, options, ranks, record);
    ranks.activity.end_visit();
    if (ranks.control.rank() == 0) on_size(record);
  }
  return record;
}

}  // namespace scalemark::collectives
