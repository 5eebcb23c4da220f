#include "collectives/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include "core/statistics.h"

namespace scalemark::collectives {
namespace {

constexpr double kMicroseconds = 1e6;
constexpr double kGigabytes = 1e-9;

/// The slowest rank's seconds of each repetition of one size.
std::vector<double> slowest(const results::CommRecord& record, const std::vector<double>& seconds, std::size_t size) {
  const auto ranks = static_cast<std::ptrdiff_t>(record.ranks);
  const auto repetitions = static_cast<std::ptrdiff_t>(record.repetitions);
  std::vector<double> result;
  for (std::ptrdiff_t repetition = 0; repetition < repetitions; ++repetition) {
    const auto begin = seconds.begin() + (static_cast<std::ptrdiff_t>(size) * repetitions + repetition) * ranks;
    result.push_back(*std::max_element(begin, begin + ranks));
  }
  return result;
}

struct Bandwidth {
  double algorithm;  ///< bytes per second
  double bus;
};

Bandwidth bandwidth(const Operation& operation, const results::CommRecord& record, std::size_t size, double seconds) {
  const double algorithm = static_cast<double>(record.bytes[size]) / seconds;
  return {algorithm, algorithm * operation.bus_factor(static_cast<int>(record.ranks))};
}

std::string time_text(double microseconds) {
  if (microseconds >= 10'000) return fmt::format("{:.0f}", microseconds);
  return microseconds >= 100 ? fmt::format("{:.1f}", microseconds) : fmt::format("{:.2f}", microseconds);
}

std::string half_row(const Operation& operation, const results::CommRecord& record, std::size_t size,
                     const std::vector<double>& seconds, const std::vector<std::int64_t>& wrong) {
  if (seconds.empty()) return fmt::format("  {:>7}  {:>6}  {:>6}  {:>5}", "N/A", "N/A", "N/A", "N/A");
  const double time = median(slowest(record, seconds, size));
  const Bandwidth found = bandwidth(operation, record, size, time);
  const std::string wrong_text = wrong.empty() ? "N/A" : fmt::format("{}", wrong[size]);
  return fmt::format("  {:>7}  {:6.2f}  {:6.2f}  {:>5}", time_text(time * kMicroseconds), found.algorithm * kGigabytes,
                     found.bus * kGigabytes, wrong_text);
}

double mean_bus_bandwidth(const Operation& operation, const results::CommRecord& record) {
  double sum = 0;
  std::size_t count = 0;
  for (const auto* seconds : {&record.seconds, &record.in_place_seconds}) {
    if (seconds->empty()) continue;
    for (std::size_t size = 0; size < record.bytes.size(); ++size, ++count) {
      sum += bandwidth(operation, record, size, median(slowest(record, *seconds, size))).bus;
    }
  }
  return count == 0 ? 0 : sum / static_cast<double>(count);
}

std::string percentile_rows(const results::CommRecord& record, const std::vector<double>& seconds, const char* place) {
  std::string text;
  for (std::size_t size = 0; !seconds.empty() && size < record.bytes.size(); ++size) {
    const auto times = slowest(record, seconds, size);
    text += fmt::format("# {:>12}  {:>12}", record.bytes[size], place);
    for (const double p : {0.0, 0.5, 0.9, 0.99, 1.0}) {
      text += fmt::format("  {:>8}", time_text(quantile(times, p) * kMicroseconds));
    }
    text += '\n';
  }
  return text;
}

}  // namespace

std::string table_header() {
  return fmt::format("#\n# {:>10}  {:>12}  {:>8}  {:>6}  {:>6}  {:^32}  {:^32}\n", "", "", "", "", "", "out-of-place",
                     "in-place") +
         fmt::format("# {:>10}  {:>12}  {:>8}  {:>6}  {:>6}  {:>7}  {:>6}  {:>6}  {:>5}  {:>7}  {:>6}  {:>6}  {:>5}\n",
                     "size", "count", "type", "redop", "root", "time", "algbw", "busbw", "#wrong", "time", "algbw",
                     "busbw", "#wrong") +
         fmt::format("# {:>10}  {:>12}  {:>8}  {:>6}  {:>6}  {:>7}  {:>6}  {:>6}  {:>5}  {:>7}  {:>6}  {:>6}  {:>5}\n",
                     "(B)", "(elements)", "", "", "", "(us)", "(GB/s)", "(GB/s)", "", "(us)", "(GB/s)", "(GB/s)", "");
}

std::string table_row(const Operation& operation, const results::CommRecord& record, std::size_t size) {
  const std::int64_t pieces = operation.input_has_pieces || operation.output_has_pieces ? record.ranks : 1;
  const auto element_bytes = static_cast<std::int64_t>(c10::elementSize(type_named(record.type)));
  return fmt::format("{:>12}  {:>12}  {:>8}  {:>6}  {:>6}", record.bytes[size],
                     record.bytes[size] / pieces / element_bytes, record.type, operation.sums ? "sum" : "none",
                     operation.has_root ? 0 : -1) +
         half_row(operation, record, size, record.seconds, record.wrong) +
         half_row(operation, record, size, record.in_place_seconds, record.in_place_wrong) + "\n";
}

std::int64_t wrong_elements(const results::CommRecord& record) {
  const std::int64_t wrong = std::accumulate(record.wrong.begin(), record.wrong.end(), std::int64_t{0});
  return std::accumulate(record.in_place_wrong.begin(), record.in_place_wrong.end(), wrong);
}

std::string table_footer(const Operation& operation, const results::CommRecord& record) {
  const std::int64_t wrong = wrong_elements(record);
  const char* verdict = record.wrong.empty() ? "(not checked)" : wrong == 0 ? "OK" : "FAILED";
  return fmt::format("# Out of bounds values : {} {}\n", wrong, verdict) +
         fmt::format("# Avg bus bandwidth    : {:.6g}\n#\n", mean_bus_bandwidth(operation, record) * kGigabytes) +
         fmt::format("# {:>12}  {:>12}  {:>8}  {:>8}  {:>8}  {:>8}  {:>8}\n", "size (B)", "time (us)", "least", "p50",
                     "p90", "p99", "most") +
         percentile_rows(record, record.seconds, "out-of-place") +
         percentile_rows(record, record.in_place_seconds, "in-place");
}

}  // namespace scalemark::collectives
