#include "results/limits.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string_view>

#include "core/limits/config_limits.h"
#include "core/text/shown_text.h"
#include "results/machine_columns.h"
#include "results/quantities.h"
#include "results/schema.h"
#include "results/step_series.h"
#include "results/training/target_io.h"

namespace scalemark::results {
namespace {

/// Adds up what values take, by their kind.
class Sum {
 public:
  std::size_t bytes() const { return bytes_; }

  void add_bytes(std::size_t bytes) { bytes_ += bytes; }
  void add(double) { bytes_ += sizeof(double); }
  void add(std::int64_t) { bytes_ += sizeof(std::int64_t); }
  void add(bool) { bytes_ += sizeof(std::int64_t); }
  void add(const std::string& text) { bytes_ += sizeof(std::string) + text.size(); }
  void add(const StepSamples& samples) { bytes_ += sizeof samples + samples.seconds.size() * sizeof(double); }
  template <typename Value, std::size_t kSize>
  void add(const std::array<Value, kSize>& /*values*/) {
    bytes_ += kSize * sizeof(Value);
  }
  void add(const std::vector<double>& values) { bytes_ += values.size() * sizeof(double); }
  void add(const std::vector<std::int64_t>& values) { bytes_ += values.size() * sizeof(std::int64_t); }
  template <typename Value>
  void add(const std::vector<Value>& values) {
    for (const Value& value : values) add(value);
  }
  template <typename Value>
  void add(const std::map<std::string, Value>& entries) {
    for (const auto& [key, value] : entries) {
      add(key);
      add(value);
    }
  }
  template <class Row>
  void add_row(const Row& row) {
    bytes_ += sizeof row;
    for (const auto& column : table_columns<Row>()) {
      const auto* const text = std::get_if<std::string Row::*>(&column.member);
      if (text != nullptr) bytes_ += (row.**text).size();
    }
  }

 private:
  std::size_t bytes_ = 0;
};

void add_case(const CaseRecord& record, Sum& sum) {
  sum.add_row(record.row);
  for (const RankRow& rank : record.rank_rows) sum.add_row(rank);
  for (const auto& [name, value] : record.parameters) {
    sum.add(name);
    std::visit([&](const auto& held) { sum.add(held); }, value);
  }
  sum.add(record.arms);
  for (const StepSeries& series : step_series()) sum.add(record.*series.by_arm);
  for (const auto* items : {&record.bucket_seconds, &record.phase_seconds, &record.bucket_ready_seconds})
    sum.add(*items);
  for (const auto& column : machine_columns()) sum.add(record.machine.*column.values);
  for (const auto* numbers : {&record.loss, &record.epoch_seconds}) sum.add(*numbers);
  for (const auto* numbers : {&record.bucket_bytes, &record.visits}) sum.add(*numbers);
  for (const auto* texts : {&record.phase_names, &record.skipped_images}) sum.add(*texts);
  sum.add(record.accuracy);
  sum.add_bytes(stored_bytes_of(record.target_runs));
}

void add_comm(const CommRecord& record, Sum& sum) {
  for (const auto* text : {&record.op, &record.backend, &record.type, &record.reduction, &record.links}) sum.add(*text);
  for (const auto* numbers : {&record.bytes, &record.wrong, &record.in_place_wrong}) sum.add(*numbers);
  for (const auto* numbers : {&record.seconds, &record.in_place_seconds}) sum.add(*numbers);
  for (const auto* many : {&record.in_a_row, &record.in_place_in_a_row})
    for (const auto* numbers : {&many->queued_seconds, &many->call_seconds, &many->graph_seconds}) sum.add(*numbers);
  sum.add(record.choices);
}

void add_header(const ResultFile& file, Sum& sum) {
  const Provenance& provenance = file.provenance;
  for (const auto* text :
       {&file.title, &file.institution, &file.source, &file.history, &file.created, &file.software_version,
        &file.git_commit, &provenance.config, &provenance.config_hash, &provenance.command_line, &provenance.topology})
    sum.add(*text);
  for (const auto* entries : {&provenance.environment, &provenance.versions}) sum.add(*entries);
  for (const auto* texts : {&provenance.hosts, &provenance.devices}) sum.add(*texts);
  sum.add(provenance.peaks);
  sum.add(provenance.startup_seconds);
}

/// Complaints about one case name it as it can be shown.
class CaseLimits {
 public:
  explicit CaseLimits(const CaseRecord& record) : record_(record) {}

  void check() const {
    check_row(record_.row);
    for (const RankRow& rank : record_.rank_rows) check_row(rank);
    for (const std::string& name : record_.phase_names) check_length("a phase's name", name, kLongestName);
    for (const auto& [name, samples] : record_.arms) {
      check_length("an arm's name", name, kLongestName);
      require(shown_line(name) == name, "has an arm whose name is not printable");
      check_samples(samples);
    }
    check_epochs();
  }

 private:
  void require(bool condition, std::string_view complaint) const {
    constexpr std::size_t kShown = 100;
    if (!condition)
      throw std::invalid_argument(
          fmt::format("case '{}' {}", shown_line(record_.row.case_id.substr(0, kShown)), complaint));
  }

  void check_length(std::string_view what, const std::string& text, std::size_t most) const {
    require(text.size() <= most, fmt::format("holds {} bytes in '{}', where {} are the most", text.size(), what, most));
  }

  template <class Row>
  void check_row(const Row& row) const {
    for (const auto& column : table_columns<Row>()) {
      const auto* const text = std::get_if<std::string Row::*>(&column.member);
      if (text != nullptr) check_length(column.name, row.**text, longest(column.name));
    }
  }

  static std::size_t longest(std::string_view column) {
    if (column == "label") return kLongestLabel;
    return column == "reason" ? kLongestReason : kLongestName;
  }

  void check_samples(const StepSamples& samples) const {
    require(samples.repetitions() <= kMostRepetitions, fmt::format("holds more than {} repetitions", kMostRepetitions));
    require(samples.ranks <= kMostRanks, fmt::format("holds more than {} ranks", kMostRanks));
  }

  void check_epochs() const {
    const auto epochs = static_cast<std::int64_t>(std::max(record_.epoch_seconds.size(), record_.accuracy.size()));
    require(epochs <= kMostEpochs, fmt::format("holds more than {} epochs", kMostEpochs));
  }

  const CaseRecord& record_;
};

bool is_probe(const CaseRecord& record) {
  return std::ranges::any_of(record.parameters, [](const auto& one) { return one.first == schema::kProbeOf; });
}

}  // namespace

std::size_t held_bytes(const ResultFile& file) {
  Sum sum;
  add_header(file, sum);
  for (const CaseRecord& record : file.cases) add_case(record, sum);
  for (const CommRecord& record : file.comm) add_comm(record, sum);
  return sum.bytes();
}

void check_case_count(std::size_t cases) {
  if (cases > kMostCases)
    throw std::invalid_argument(fmt::format("holds {} cases, where {} are the most", cases, kMostCases));
}

void check_limits(const ResultFile& file, std::size_t stored_bytes) {
  const auto probes = static_cast<std::size_t>(std::ranges::count_if(file.cases, is_probe));
  check_case_count(file.cases.size() - probes);
  for (const CaseRecord& record : file.cases) CaseLimits(record).check();
  const std::size_t held = held_bytes(file);
  const std::size_t most = most_held_bytes(stored_bytes);
  if (held > most) {
    throw std::invalid_argument(fmt::format("holds {} of samples and texts, where {} are the most for {} on the disk",
                                            format_bytes(static_cast<double>(held)),
                                            format_bytes(static_cast<double>(most)),
                                            format_bytes(static_cast<double>(stored_bytes))));
  }
}

}  // namespace scalemark::results
