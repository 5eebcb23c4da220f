#include "collectives/measure_collective.h"

#include <ATen/ops/zeros.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "collectives/known_values.h"
#include "core/units.h"
#include "measure/timeline.h"

namespace scalemark::collectives {
namespace {

/// One rank's side of one collective.
class Series {
 public:
  Series(const Operation& operation, const MeasureOptions& options, const at::TensorOptions& tensor_options,
         const Ranks& ranks)
      : operation_(operation),
        options_(options),
        tensor_options_(tensor_options),
        group_(ranks.group),
        activity_(ranks.activity),
        meeting_(at::zeros({1}, tensor_options)),
        timeline_(measure::make_timeline(tensor_options.device())) {}

  /// Seconds of each repetition on this rank.
  std::vector<double> time(const Buffers& buffers) {
    fill(buffers, group_.rank());
    for (int i = 0; i < options_.warmup; ++i) run(buffers);
    timeline_->clear();
    for (int i = 0; i < options_.repetitions; ++i) {
      group_.all_reduce(meeting_)->wait();
      timeline_->mark();
      run(buffers);
      timeline_->mark();
    }
    const auto between_marks = measure::intervals(timeline_->seconds());
    std::vector<double> seconds;
    for (std::size_t i = 0; i < between_marks.size(); i += 2) seconds.push_back(between_marks[i]);
    return seconds;
  }

  /// Wrong elements on this rank.
  std::int64_t check(const Buffers& buffers) {
    fill(buffers, group_.rank());
    run(buffers);
    return count_wrong(operation_, buffers, group_.rank(), group_.size());
  }

  Buffers buffers(std::int64_t elements, bool in_place) const {
    return make_buffers(operation_, elements, in_place, group_, tensor_options_);
  }

 private:
  void run(const Buffers& buffers) {
    activity_.begin_step();
    start(operation_, group_, buffers)->wait();
  }

  const Operation& operation_;
  const MeasureOptions& options_;
  at::TensorOptions tensor_options_;
  comm::Communicator& group_;
  Activity& activity_;
  at::Tensor meeting_;
  std::unique_ptr<measure::Timeline> timeline_;
};

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
  record.repetitions = options.repetitions;
  record.ranks = ranks.group.size();
  return record;
}

/// Appends to the record what one size takes and, where it is checked, how many elements are wrong.
void measure_size(Series& series, std::int64_t elements, bool in_place, const MeasureOptions& options,
                  const Ranks& ranks, results::CommRecord& record) {
  ranks.activity.begin_arm(in_place ? "in place" : "out of place");
  const Buffers buffers = series.buffers(elements, in_place);
  append(in_place ? record.in_place_seconds : record.seconds, ranks.control.gather(series.time(buffers)),
         options.repetitions);
  if (!options.check) return;
  const double wrong = ranks.control.sum(static_cast<double>(series.check(buffers)));
  (in_place ? record.in_place_wrong : record.wrong).push_back(static_cast<std::int64_t>(wrong));
}

}  // namespace

std::vector<std::int64_t> sizes_of(const MeasureOptions& options) {
  std::vector<std::int64_t> sizes;
  for (auto size = options.begin_bytes; size <= options.end_bytes;) {
    sizes.push_back(size);
    const auto next = static_cast<std::int64_t>(std::floor(static_cast<double>(size) * options.factor));
    size = std::max(size + 1, next);
  }
  return sizes;
}

results::CommRecord measure_collective(const Operation& operation, const MeasureOptions& options,
                                       const std::string& type, const Ranks& ranks,
                                       const std::function<void(const results::CommRecord&)>& on_size) {
  const at::TensorOptions tensor_options = at::TensorOptions(type_named(type)).device(ranks.device);
  const auto element_bytes = static_cast<std::int64_t>(c10::elementSize(type_named(type)));
  const std::int64_t pieces = operation.input_has_pieces || operation.output_has_pieces ? ranks.group.size() : 1;
  Series series(operation, options, tensor_options, ranks);
  results::CommRecord record = empty_record(operation, options, type, ranks);
  std::uint64_t visit = 0;
  for (const std::int64_t size : sizes_of(options)) {
    const std::int64_t elements = size / element_bytes / pieces;
    const std::int64_t bytes = elements * element_bytes * pieces;
    if (elements == 0 || (!record.bytes.empty() && record.bytes.back() == bytes)) continue;
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
