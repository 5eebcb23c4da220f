#include "analysis/comparison/collective_tests.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include "analysis/collectives/collective_lines.h"
#include "analysis/named_file.h"
#include "core/error.h"
#include "core/quantity_text.h"
#include "core/units.h"

namespace scalemark::analysis {
namespace {

using results::ResultFile;

/// What is compared with its like: operation, number of buffers, size.
using CollectiveKey = std::tuple<std::string, bool, std::int64_t>;

/// A collective in one job.
struct MeasuredCollective {
  CollectiveLine line;
  std::string devices;
};

/// [job] nullptr where a job does not hold the collective.
using CollectiveCopies = std::vector<const MeasuredCollective*>;

/// The jobs of one side, with the keys of all in the order in which they appear.
class CollectiveJobs {
 public:
  explicit CollectiveJobs(std::span<const ResultFile> files) : jobs_(files.size()) {
    for (std::size_t job = 0; job < files.size(); ++job) {
      for (auto& line : collective_lines(files.subspan(job, 1))) {
        const CollectiveKey key{line.op, line.in_place, line.bytes};
        if (held_.insert(key).second) keys_.push_back(key);
        jobs_[job].emplace(key, MeasuredCollective{std::move(line), device_names(files[job])});
      }
    }
  }

  const std::vector<CollectiveKey>& keys() const { return keys_; }
  bool holds(const CollectiveKey& key) const { return held_.contains(key); }
  CollectiveCopies copies_of(const CollectiveKey& key) const {
    CollectiveCopies copies;
    for (const auto& job : jobs_) {
      const auto found = job.find(key);
      copies.push_back(found == job.end() ? nullptr : &found->second);
    }
    return copies;
  }

 private:
  std::vector<std::map<CollectiveKey, MeasuredCollective>> jobs_;
  std::vector<CollectiveKey> keys_;
  std::set<CollectiveKey> held_;
};

struct CollectiveOfBoth {
  CollectiveCopies base;
  CollectiveCopies changed;
};

const MeasuredCollective* first_copy(const CollectiveCopies& copies) {
  const auto found = std::ranges::find_if(copies, [](const auto* copy) { return copy != nullptr; });
  return found == copies.end() ? nullptr : *found;
}

template <typename Value>
void add_obstacle(std::vector<std::string>& lines, const char* name, const Value& base, const Value& changed) {
  if (base != changed) lines.push_back(fmt::format("{} {} against {}", name, base, changed));
}

/// Why the times of two say nothing about each other.
std::vector<std::string> obstacles_between(const MeasuredCollective& base, const MeasuredCollective& changed) {
  std::vector<std::string> lines;
  add_obstacle(lines, "ranks", base.line.ranks, changed.line.ranks);
  add_obstacle(lines, "type", base.line.type, changed.line.type);
  add_obstacle(lines, "reduction", base.line.reduction, changed.line.reduction);
  add_obstacle(lines, "backend", base.line.backend, changed.line.backend);
  add_obstacle(lines, "device", base.devices, changed.devices);
  return lines;
}

/// Without the jobs that measured something else than the side's first.
void leave_out_others(CollectiveCopies& copies) {
  const auto* first = first_copy(copies);
  for (auto& copy : copies) {
    if (copy != nullptr && !obstacles_between(*first, *copy).empty()) copy = nullptr;
  }
}

CollectiveOfBoth usable_collectives(CollectiveOfBoth all, ComparisonUnit unit) {
  leave_out_others(all.base);
  leave_out_others(all.changed);
  for (std::size_t round = 0; unit == ComparisonUnit::kRound && round < all.base.size(); ++round) {
    if (all.base[round] == nullptr) all.changed[round] = nullptr;
    if (all.changed[round] == nullptr) all.base[round] = nullptr;
  }
  return all;
}

double wrong_elements_of(const CollectiveCopies& copies) {
  double wrong = 0.0;
  for (const auto* copy : copies) wrong += copy != nullptr && copy->line.wrong > 0.0 ? copy->line.wrong : 0.0;
  return wrong;
}

/// [unit] Seconds; NaN of a job that lacks the collective.
std::vector<double> unit_times(const CollectiveCopies& usable, ComparisonUnit unit) {
  if (unit == ComparisonUnit::kRepetition) return usable.front()->line.repetition_seconds;
  std::vector<double> seconds;
  for (const auto* copy : usable) {
    seconds.push_back(copy == nullptr ? results::kNotMeasured
                                      : interval_of_mean(copy->line.repetition_seconds).estimate);
  }
  return seconds;
}

/// Counts of a side: its jobs that hold the collective, and their repetitions.
std::pair<std::size_t, std::size_t> counts_of(const CollectiveCopies& usable) {
  std::pair<std::size_t, std::size_t> counts{0, 0};
  for (const auto* copy : usable) {
    if (copy == nullptr) continue;
    ++counts.first;
    counts.second += copy->line.repetition_seconds.size();
  }
  return counts;
}

std::string jobs_remark(const char* side, std::size_t held, std::size_t all) {
  return held == all ? "" : fmt::format("{}: in {} of {} jobs", side, held, all);
}

std::string collective_remark(const ComparedCase& one, const CollectiveOfBoth& all, ComparisonUnit unit) {
  std::vector<std::string> remarks;
  if (std::isnan(one.p_value))
    remarks.push_back(fmt::format("no interval: a side has fewer than two {}s", to_string(unit)));
  remarks.push_back(jobs_remark("base", one.base_jobs, all.base.size()));
  remarks.push_back(jobs_remark("new", one.new_jobs, all.changed.size()));
  if (const double wrong = wrong_elements_of(all.base); wrong > 0.0)
    remarks.push_back(fmt::format("base has {:.0f} wrong elements", wrong));
  std::erase(remarks, "");
  return fmt::format("{}", fmt::join(remarks, "; "));
}

CaseKey case_key_of(const CollectiveLine& line) {
  const std::string size = format_bytes(static_cast<double>(line.bytes));
  return {fmt::format("{} of {}{}", line.op, size, line.in_place ? ", in place" : ""),
          static_cast<std::int32_t>(line.ranks)};
}

ComparedCollective compared_collective(const CollectiveLine& line) { return {line.op, line.in_place, line.bytes}; }

CaseTest collective_test(const CollectiveOfBoth& all, const CollectiveOfBoth& usable, ComparisonUnit unit,
                         double threshold) {
  CaseTest test = ratio_test(unit_times(usable.base, unit), unit_times(usable.changed, unit),
                             unit == ComparisonUnit::kRound, threshold);
  const CollectiveLine& line = first_copy(usable.changed)->line;
  ComparedCase& one = test.compared;
  one.key = case_key_of(line);
  one.collective = compared_collective(line);
  std::tie(one.base_jobs, one.base_repetitions) = counts_of(usable.base);
  std::tie(one.new_jobs, one.new_repetitions) = counts_of(usable.changed);
  one.remark = collective_remark(one, all, unit);
  return test;
}

UncomparedCase not_compared(const CollectiveLine& line, std::string reason, bool lost) {
  return {case_key_of(line), std::move(reason), lost, compared_collective(line)};
}

/// Tests what both sides hold, or says why not.
void compare_one(const CollectiveOfBoth& all, ComparisonUnit unit, double threshold, CollectiveTests& result) {
  const CollectiveLine& line = first_copy(all.changed)->line;
  const double wrong = wrong_elements_of(all.changed);
  if (wrong > 0.0 && wrong_elements_of(all.base) == 0.0) {
    result.others.push_back(not_compared(line, fmt::format("new has {:.0f} wrong elements, base none", wrong), true));
    return;
  }
  const CollectiveOfBoth usable = usable_collectives(all, unit);
  const auto* base = first_copy(usable.base);
  const auto* changed = first_copy(usable.changed);
  if (base == nullptr || changed == nullptr) {
    result.others.push_back(not_compared(line, "no round holds it on both sides", false));
    return;
  }
  const auto lines = obstacles_between(*base, *changed);
  if (lines.empty()) {
    result.tests.push_back(collective_test(all, usable, unit, threshold));
  } else {
    result.others.push_back(not_compared(line, fmt::format("not comparable: {}", fmt::join(lines, "; ")), false));
  }
}

/// "base", "file 2 of new".
std::string side_name(const char* side, std::size_t job, std::size_t jobs) {
  return jobs == 1 ? std::string(side) : fmt::format("file {} of {}", job + 1, side);
}

std::vector<NamedFile> named_files(std::span<const ResultFile> base, std::span<const ResultFile> changed) {
  std::vector<NamedFile> files;
  for (std::size_t i = 0; i < base.size(); ++i) files.push_back({side_name("base", i, base.size()), &base[i]});
  for (std::size_t i = 0; i < changed.size(); ++i) files.push_back({side_name("new", i, changed.size()), &changed[i]});
  return files;
}

}  // namespace

ComparedKind compared_kind(std::span<const ResultFile> base, std::span<const ResultFile> changed) {
  const auto files = named_files(base, changed);
  const auto of_collectives =
      std::ranges::find_if(files, [](const auto& one) { return !one.file->comm.empty() && one.file->cases.empty(); });
  if (of_collectives == files.end()) return ComparedKind::kCases;
  const auto without = std::ranges::find_if(files, [](const auto& one) { return one.file->comm.empty(); });
  if (without == files.end()) return ComparedKind::kCollectives;
  throw InputError(fmt::format(
      "{} holds collectives (scalemark comm) and {} {}: compare two files of collectives, or two sweeps",
      of_collectives->name, without->name, without->file->cases.empty() ? "nothing" : "cases (scalemark run)"));
}

CollectiveTests test_collectives(std::span<const ResultFile> base, std::span<const ResultFile> changed,
                                 ComparisonUnit unit, const ComparisonOptions& options) {
  const CollectiveJobs before(base);
  const CollectiveJobs after(changed);
  CollectiveTests result;
  for (const auto& key : before.keys()) {
    const CollectiveOfBoth all{before.copies_of(key), after.copies_of(key)};
    if (after.holds(key)) {
      compare_one(all, unit, options.threshold, result);
    } else {
      result.others.push_back(not_compared(first_copy(all.base)->line, "missing in new", !options.allow_missing));
    }
  }
  for (const auto& key : after.keys()) {
    if (!before.holds(key))
      result.others.push_back(not_compared(first_copy(after.copies_of(key))->line, "missing in base", false));
  }
  return result;
}

}  // namespace scalemark::analysis
