#include "collectives/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <vector>

#include "collectives/verdicts.h"
#include "core/statistics.h"
#include "results/comm_summary.h"

namespace scalemark::collectives {
namespace {

constexpr double kMicroseconds = 1e6;
constexpr double kGigabytes = 1e-9;

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

/// The samples of one place, out of or in place.
struct Place {
  const char* name;  ///< not the header's word: see table_footer
  results::CommPlace samples;
  results::InARow results::CommRecord::*in_a_row;
  std::vector<std::int64_t> results::CommRecord::*wrong;
};
using results::CommRecord;
constexpr std::array<Place, 2> kPlaces{
    {{"two-buffers", results::CommPlace::kOutOfPlace, &CommRecord::in_a_row, &CommRecord::wrong},
     {"one-buffer", results::CommPlace::kInPlace, &CommRecord::in_place_in_a_row, &CommRecord::in_place_wrong}}};

std::string half_row(const Operation& operation, const CommRecord& record, std::size_t size, const Place& place) {
  if (!has_place(record, place.samples)) return fmt::format("  {:>7}  {:>6}  {:>6}  {:>5}", "N/A", "N/A", "N/A", "N/A");
  const double time = comm_seconds(record, place.samples, size);
  const Bandwidth found = bandwidth(operation, record, size, time);
  const auto& wrong = record.*place.wrong;
  const std::string wrong_text = wrong.empty() ? "N/A" : fmt::format("{}", wrong[size]);
  return fmt::format("  {:>7}  {:6.2f}  {:6.2f}  {:>5}", time_text(time * kMicroseconds), found.algorithm * kGigabytes,
                     found.bus * kGigabytes, wrong_text);
}

/// Bytes per second of every size and place.
std::vector<double> bus_bandwidths(const Operation& operation, const CommRecord& record, std::int64_t least_bytes) {
  std::vector<double> found;
  for (const Place& place : kPlaces) {
    for (std::size_t size = 0; has_place(record, place.samples) && size < record.bytes.size(); ++size) {
      if (record.bytes[size] >= least_bytes)
        found.push_back(bandwidth(operation, record, size, comm_seconds(record, place.samples, size)).bus);
    }
  }
  return found;
}

double mean_bus_bandwidth(const Operation& operation, const CommRecord& record) {
  const auto all = bus_bandwidths(operation, record, 0);
  return all.empty() ? 0 : std::accumulate(all.begin(), all.end(), 0.0) / static_cast<double>(all.size());
}

std::string judgement(double share) {
  // NCCL's own numbers are met within some per cent; a link that works at half its width or generation gives half.
  constexpr double kGood = 0.8;
  constexpr double kPoor = 0.5;
  constexpr double kMoreThanLinks = 1.1;
  if (share > kMoreThanLinks) return "more than the links carry: reduced in a switch, or the links are not these";
  if (share >= kGood) return "as expected";
  return share >= kPoor ? "less than expected" : "far less than expected";
}

/// "62.0 of 80.0 GB/s (4 NVLinks of a Tesla V100-SXM2-16GB): 78 %, less than expected"
std::string link_verdict(const Operation& operation, const CommRecord& record) {
  if (std::isnan(record.expected_bus_bandwidth)) return fmt::format("not judged: {}", record.links);
  if (!operation.uses_rings()) return "not judged: each rank sends to one other, over the links between the two alone";
  const auto found = bus_bandwidths(operation, record, kLeastLargeBytes);
  if (found.empty()) return "not judged: nothing of 16M or more was measured";
  const double best = *std::ranges::max_element(found);
  const double share = best / record.expected_bus_bandwidth;
  return fmt::format("{:.1f} of {:.1f} GB/s ({}): {:.0f} %, {}", best * kGigabytes,
                     record.expected_bus_bandwidth * kGigabytes, record.links, share * 100, judgement(share));
}

std::string in_a_row_rows(const CommRecord& record) {
  const auto cell = [](double seconds) {
    return std::isnan(seconds) ? std::string("N/A") : time_text(seconds * kMicroseconds);
  };
  std::string text;
  for (const Place& place : kPlaces) {
    const results::InARow& times = record.*place.in_a_row;
    for (std::size_t size = 0; !times.queued_seconds.empty() && size < record.bytes.size(); ++size) {
      text += fmt::format("# {:>12}  {:>12}  {:>8}  {:>8}  {:>8}  {}\n", record.bytes[size], place.name,
                          cell(mean_over_ranks(record, times.queued_seconds, size)),
                          cell(mean_over_ranks(record, times.graph_seconds, size)),
                          cell(mean_over_ranks(record, times.call_seconds, size)),
                          record.choices.empty() || record.choices[size].empty() ? "N/A" : record.choices[size]);
    }
  }
  return text.empty() ? text
                      : fmt::format("# {:>12}  {:>12}  {:>8}  {:>8}  {:>8}  {}\n", "bytes", "microseconds", "in a row",
                                    "as graph", "one call", "algorithm, protocol, channels") +
                            text + "#\n";
}

std::string percentile_rows(const results::CommRecord& record, const Place& place) {
  std::string text;
  for (std::size_t size = 0; has_place(record, place.samples) && size < record.bytes.size(); ++size) {
    const auto times = slowest_ranks(record, place.samples, size);
    text += fmt::format("# {:>12}  {:>12}", record.bytes[size], place.name);
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
                     record.bytes[size] / pieces / element_bytes, record.type, redop(operation),
                     operation.has_root ? 0 : -1) +
         half_row(operation, record, size, kPlaces[0]) + half_row(operation, record, size, kPlaces[1]) + "\n";
}

std::int64_t wrong_elements(const results::CommRecord& record) {
  const std::int64_t wrong = std::accumulate(record.wrong.begin(), record.wrong.end(), std::int64_t{0});
  return std::accumulate(record.in_place_wrong.begin(), record.in_place_wrong.end(), wrong);
}

std::string table_footer(const Operation& operation, const results::CommRecord& record) {
  const std::int64_t wrong = wrong_elements(record);
  const char* verdict = record.wrong.empty() ? "(not checked)" : wrong == 0 ? "OK" : "FAILED";
  return fmt::format("# Out of bounds values : {} {}\n", wrong, verdict) +
         fmt::format("# Avg bus bandwidth    : {:.6g}\n", mean_bus_bandwidth(operation, record) * kGigabytes) +
         (record.links.empty() ? "" : fmt::format("# Links                : {}\n", link_verdict(operation, record))) +
         "#\n" + in_a_row_rows(record) +
         fmt::format("# {:>12}  {:>12}  {:>8}  {:>8}  {:>8}  {:>8}  {:>8}\n", "bytes", "microseconds", "least", "p50",
                     "p90", "p99", "most") +
         percentile_rows(record, kPlaces[0]) + percentile_rows(record, kPlaces[1]);
}

}  // namespace scalemark::collectives
