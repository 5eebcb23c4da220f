#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "analysis/comparability.h"
#include "results/records.h"

namespace scalemark::analysis {

/// How the tables name a case and what scaling varies about it.
struct CaseKey {
  std::string name;  ///< the label, or the case id where there is none; unique in a report
  std::int32_t ranks = 0;
  std::int64_t batch_per_rank = 0;  ///< images
  std::int64_t global_batch = 0;    ///< images
  std::int32_t devices = 0;         ///< of all ranks; 0: not recorded
};

/// What scaling varies: the devices, which are the ranks but for data_parallel, whose one rank drives several.
std::int32_t scale_of(const CaseKey& key);

/// "rank" or "device": what scale_of() counts.
const char* scale_unit(const CaseKey& key);

/// Images of a step on one of them.
std::int64_t batch_per_device(const CaseKey& key);

/// A case as the analysis sees it. Points into the files that it was read from.
struct MeasuredCase {
  CaseKey key;
  const results::ResultFile* file = nullptr;
  std::size_t file_index = 0;
  const results::CaseRecord* record = nullptr;
  Signature signature;
  results::CaseRow row;              ///< of the record, what follows from steps computed anew from the samples
  std::vector<double> full_seconds;  ///< [repetition] mean step of the full arm: the time that passed over the steps
  std::string host_mark{};  ///< hosts of the case's file, where another file measured some of its work on other hosts

  bool ok() const { return record->row.status == results::CaseStatus::kOk; }

  /// Trained to a test accuracy, in place of steps that are timed one by one.
  bool has_target() const { return !record->target_runs.empty() && record->arms.empty(); }

  /// A figure that was entered, not measured here: it has neither samples nor repetitions that were planned.
  bool published() const { return ok() && record->arms.empty() && !has_target() && record->planned_repetitions == 0; }
};

/// The cases of all files, in the files' order.
struct CaseSet {
  std::vector<MeasuredCase> cases;
  std::vector<MeasuredCase> probes;  ///< batches that were tried in search of the largest: no cases to compare
  std::vector<std::string> notes;    ///< a sentence per case that is in two files, and per name of two different cases
};

/// Merges `files` (one job per GPU count, or a repeated job). A case that two files hold with the same parameters, of
/// the same hosts and device model and with the same variables for NCCL and OpenMP, is shown once: from the file that
/// was created later, or given later where that is the same; but a measurement that went to its end comes before one
/// that did not. Where hosts, devices or variables differ, both are shown, and their names say it. `files` must outlive
/// the result.
CaseSet merge_cases(std::span<const results::ResultFile> files);

/// Equal for the same work in two files, on whatever device and under whatever name it was measured: the columns that
/// describe a case, and its parameters whose role counts for identity (core/key_roles.h).
std::string work_identity(const results::CaseRecord& record);

/// "file 2": how a report refers to its files, in the order given.
std::string file_name(std::size_t file_index);

/// [repetition] The mean step of an arm; empty where the case has no such arm. Where the ranks meet in each step it is
/// the time that passed over the steps. In no_sync they do not: there it is the mean of each step's slowest rank, which
/// is what a step takes whose ranks meet, so that full - no_sync leaves out how long ranks wait for each other.
std::vector<double> arm_seconds(const results::CaseRecord& record, const std::string& arm);

/// [repetition] The typical step of an arm: the median over the steps of the slowest rank.
std::vector<double> typical_arm_seconds(const results::CaseRecord& record, const std::string& arm);

}  // namespace scalemark::analysis
