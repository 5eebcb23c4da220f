#include "sweep/sweep_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/error.h"
#include "sweep/resume_plan.h"

namespace scalemark::sweep {

using results::CaseStatus;

namespace {

results::ResultStore open_store(const std::filesystem::path& output, bool resume, const std::string& config_hash,
                                const results::ResultFile& job) {
  if (!resume) return results::ResultStore::create(output, job);
  auto store = results::ResultStore::resume(output);
  if (store.contents().provenance.config_hash != config_hash) {
    throw InputError(
        fmt::format("{} holds the results of another config, whose cases differ: resume it with the config it was made "
                    "from, or choose another --output",
                    output.string()));
  }
  store.add_history(job.history);
  return store;
}

}  // namespace

SweepFile::SweepFile(const std::filesystem::path& output, bool resume, const std::string& config_hash,
                     const results::ResultFile& job, WriteAround around_write)
    : store_(open_store(output, resume, config_hash, job)), around_write_(std::move(around_write)) {}

const results::CaseRecord* SweepFile::find(const std::string& case_id) const {
  return find_record(case_id, store_.contents().cases);
}

void SweepFile::keep(results::CaseRecord record) {
  store_.put_case(std::move(record));
  around_write_([this] { store_.commit(); });
}

bool SweepFile::holds_bad_case() const {
  const auto& cases = store_.contents().cases;
  return std::any_of(cases.begin(), cases.end(), [](const auto& record) {
    const auto status = record.row.status;
    return status == CaseStatus::kFailed || status == CaseStatus::kInvalid || status == CaseStatus::kTimeout;
  });
}

}  // namespace scalemark::sweep
