#include "results/comm_summary.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "core/statistics.h"

namespace scalemark::results {
namespace {

const std::vector<double>& seconds_at(const CommRecord& record, CommPlace place) {
  return place == CommPlace::kInPlace ? record.in_place_seconds : record.seconds;
}

}  // namespace

double bus_factor(std::string_view op, std::int64_t ranks) {
  const double share = static_cast<double>(ranks - 1) / static_cast<double>(ranks);
  if (op == "all_reduce") return 2 * share;
  if (op == "all_gather" || op == "reduce_scatter") return share;
  constexpr std::array<std::string_view, 2> kWhole{"broadcast", "sendrecv"};
  return std::ranges::find(kWhole, op) == kWhole.end() ? kNotMeasured : 1.0;
}

bool has_place(const CommRecord& record, CommPlace place) { return !seconds_at(record, place).empty(); }

std::vector<double> slowest_ranks(const CommRecord& record, CommPlace place, std::size_t size) {
  const std::vector<double>& seconds = seconds_at(record, place);
  const auto ranks = static_cast<std::ptrdiff_t>(record.ranks);
  const auto repetitions = static_cast<std::ptrdiff_t>(record.repetitions);
  std::vector<double> slowest;
  for (std::ptrdiff_t repetition = 0; repetition < repetitions; ++repetition) {
    const auto begin = seconds.begin() + (static_cast<std::ptrdiff_t>(size) * repetitions + repetition) * ranks;
    slowest.push_back(*std::max_element(begin, begin + ranks));
  }
  return slowest;
}

double mean_over_ranks(const CommRecord& record, const std::vector<double>& seconds, std::size_t size) {
  if (seconds.empty()) return kNotMeasured;
  const auto ranks = static_cast<std::ptrdiff_t>(record.ranks);
  const auto begin = seconds.begin() + static_cast<std::ptrdiff_t>(size) * ranks;
  return std::accumulate(begin, begin + ranks, 0.0) / static_cast<double>(record.ranks);
}

double comm_seconds(const CommRecord& record, CommPlace place, std::size_t size) {
  const InARow& in_a_row = place == CommPlace::kInPlace ? record.in_place_in_a_row : record.in_a_row;
  if (!in_a_row.queued_seconds.empty()) return mean_over_ranks(record, in_a_row.queued_seconds, size);
  return median(slowest_ranks(record, place, size));
}

}  // namespace scalemark::results
