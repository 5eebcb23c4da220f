#include "analysis/comparison/compared_jobs.h"

#include <algorithm>

#include "analysis/comparison/case_pairs.h"
#include "core/statistics.h"

namespace scalemark::analysis {

ComparedJobs::ComparedJobs(std::span<const results::ResultFile> files) {
  for (std::size_t job = 0; job < files.size(); ++job) {
    jobs_.push_back(merge_cases(files.subspan(job, 1)));
    if (jobs_[job].cases.size() > jobs_[most_].cases.size()) most_ = job;
  }
  for (const CaseSet& job : jobs_) {
    CasePairs found = pair_cases(jobs_[most_], job);
    left_out_.insert(left_out_.end(), found.only_new.begin(), found.only_new.end());
    pairs_.push_back(std::move(found.pairs));
  }
}

Copies ComparedJobs::copies_of(const MeasuredCase& one) const {
  Copies copies;
  for (const auto& pairs : pairs_) {
    const auto found =
        std::find_if(pairs.begin(), pairs.end(), [&one](const auto& pair) { return pair.first == &one; });
    copies.push_back(found == pairs.end() ? nullptr : found->second);
  }
  return copies;
}

Copies usable_copies(const Copies& copies) {
  Copies usable(copies.size(), nullptr);
  const MeasuredCase* first = nullptr;
  for (std::size_t job = 0; job < copies.size(); ++job) {
    const MeasuredCase* copy = copies[job];
    if (copy == nullptr || !copy->ok()) continue;
    if (first == nullptr) first = copy;
    if (obstacles(*first, *copy).empty()) usable[job] = copy;
  }
  return usable;
}

std::size_t count_of(const Copies& copies) {
  return static_cast<std::size_t>(
      std::count_if(copies.begin(), copies.end(), [](const auto* copy) { return copy != nullptr; }));
}

std::vector<double> job_seconds(const Copies& copies) {
  std::vector<double> seconds;
  for (const auto* copy : copies)
    seconds.push_back(copy == nullptr ? results::kNotMeasured : interval_of_mean(copy->full_seconds).estimate);
  return seconds;
}

}  // namespace scalemark::analysis
