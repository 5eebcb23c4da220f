#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "results/result_store.h"

namespace scalemark::sweep {

/// The result file of a sweep, on rank 0: what it holds already, and one durable write per change.
class SweepFile {
 public:
  using WriteAround = std::function<void(const std::function<void()>& write)>;

  /// @param config_hash  a file that is resumed must hold the same cases.
  /// @param around_write  carries out each write.
  /// @throws InputError where the output exists and is not resumed, or belongs to another config.
  SweepFile(const std::filesystem::path& output, bool resume, const std::string& config_hash,
            const results::ResultFile& job, WriteAround around_write);

  /// nullptr where the case has never been started. Valid until keep().
  const results::CaseRecord* find(const std::string& case_id) const;

  const std::vector<results::CaseRecord>& cases() const { return store_.contents().cases; }

  /// Inserts or replaces the case and makes it durable.
  void keep(results::CaseRecord record);

  /// Whether some case failed, timed out or is invalid.
  bool holds_bad_case() const;

 private:
  results::ResultStore store_;
  WriteAround around_write_;
};

}  // namespace scalemark::sweep
