#include <fmt/format.h>

#include <cmath>

#include "core/units.h"
#include "doctor/checks.h"

namespace scalemark::doctor {
namespace {

std::string size_text(std::int64_t bytes) { return format_bytes(static_cast<double>(bytes)); }

/// What the output's times say: how long a write takes, and what its clock shows.
void add_times(const OutputFacts& output, Findings& findings) {
  constexpr double kSlowSeconds = 1;
  if (output.commit_seconds > kSlowSeconds) {
    findings.push_back(
        warning(fmt::format("{}: a small file takes {} to write, and one is written after each repetition",
                            output.folder, format_seconds(output.commit_seconds)),
                "write to the node's own disk and copy the file at the end"));
  }
  constexpr double kSkewSeconds = 2;
  if (std::abs(output.clock_ahead_seconds) > kSkewSeconds) {
    findings.push_back(warning(fmt::format("the clock of {}'s file server is {} off", output.folder,
                                           format_seconds(std::abs(output.clock_ahead_seconds))),
                               "tell the administrators (NTP); times of files and of results will not agree"));
  }
}

}  // namespace

Findings check_data(const JobFacts& job) {
  // By path and reason: all the ranks that have it.
  std::map<std::pair<std::string, std::string>, std::vector<const RankFacts*>> faults;
  for (const auto& rank : job.ranks) {
    for (const auto& [path, fault] : rank.data_faults) {
      if (!fault.empty()) faults[{path, fault}].push_back(&rank);
    }
  }
  Findings findings;
  for (const auto& [what, ranks] : faults) {
    const bool by_all = ranks.size() == job.ranks.size();
    findings.push_back(input_fault(
        fmt::format("{}: {}, for {}", what.first, what.second,
                    by_all ? "all ranks" : fmt::format("{} (on {})", ranks_text(ranks), ranks.front()->host)),
        by_all ? "set dataset.path to the folder of the data; in a container, bind that folder (--bind)"
               : "keep the data where every node mounts them, or copy them to each node in the job script"));
  }
  return findings;
}

Findings check_images(const JobFacts& job) {
  Findings findings;
  for (const auto& reason : job.images.unopened)
    findings.push_back(input_fault(reason, "docs/data.md has the layout of each data set"));
  if (!job.images.damaged.empty())
    findings.push_back(input_fault(job.images.damaged, "replace the files, or set dataset.on_error: skip"));
  if (!job.images.skipped.empty())
    findings.push_back(warning(job.images.skipped + "; they will be skipped", "replace the files, or leave them out"));
  return findings;
}

Findings check_output(const JobFacts& job) {
  if (!job.output) return {};
  const OutputFacts& output = *job.output;
  if (!output.fault.empty()) {
    return {input_fault(fmt::format("{}: no result can be written there: {}", output.folder, output.fault),
                        "choose a folder of yours: --output FOLDER/FILE.h5")};
  }
  Findings findings;
  if (output.free_bytes != kUnknown && output.free_bytes < output.needed_bytes) {
    findings.push_back(input_fault(fmt::format("{}: {} free, and the results may take {}", output.folder,
                                               size_text(output.free_bytes), size_text(output.needed_bytes)),
                                   "make room (myquota, df), or choose another --output"));
  }
  if (!output.has_locks) {
    findings.push_back(warning(
        fmt::format("{}: the file system has no locks: nothing keeps two jobs from writing one output", output.folder),
        "give every job an --output of its own"));
  }
  add_times(output, findings);
  return findings;
}

}  // namespace scalemark::doctor
