#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "analysis/case_set.h"

namespace scalemark::analysis {

/// [job] A case in each job of a side; nullptr where a job does not hold it.
using Copies = std::vector<const MeasuredCase*>;

/// The files of one side of a comparison, each a job. Points into the files that it was made of.
class ComparedJobs {
 public:
  explicit ComparedJobs(std::span<const results::ResultFile> files);

  std::size_t count() const { return jobs_.size(); }
  /// The cases of the job that holds the most.
  const CaseSet& cases() const { return jobs_[most_]; }
  /// A case of `cases()` in every job.
  Copies copies_of(const MeasuredCase& one) const;
  /// Cases of other jobs that `cases()` lacks.
  const std::vector<const MeasuredCase*>& left_out() const { return left_out_; }

 private:
  std::vector<CaseSet> jobs_;
  std::size_t most_ = 0;
  std::vector<const MeasuredCase*> left_out_;
  std::vector<std::vector<std::pair<const MeasuredCase*, const MeasuredCase*>>> pairs_;  ///< [job] {of cases(), of job}
};

/// The copies that were measured to their end and do the same as the first of these; the others are nullptr.
Copies usable_copies(const Copies& copies);

std::size_t count_of(const Copies& copies);

/// Mean step of each usable copy, in seconds; NaN for nullptr.
std::vector<double> job_seconds(const Copies& copies);

}  // namespace scalemark::analysis
