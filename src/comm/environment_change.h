#pragma once

#include <string>
#include <utility>
#include <vector>

namespace scalemark::comm {

/// Variables that this process's environment has as long as this lives, for libraries that are told things in no other
/// way. One at a time, or the inner one ends first.
///
/// setenv() may move the table of variables while another thread reads it, and frees the old one. Here the new table is
/// a copy that takes the old one's place at once, and neither is ever freed: a thread that calls getenv() meanwhile
/// sees the one or the other. Some kilobytes stay behind each change.
class EnvironmentChange {
 public:
  using Variables = std::vector<std::pair<std::string, std::string>>;  ///< name and value

  /// No variables change nothing.
  explicit EnvironmentChange(const Variables& variables);

  /// Brings back the table of before. Where another part of the process has replaced the table since (setenv()), that
  /// one's other variables stay, and ours are taken out of it.
  ~EnvironmentChange();
  EnvironmentChange(const EnvironmentChange&) = delete;
  EnvironmentChange& operator=(const EnvironmentChange&) = delete;

 private:
  char** before_;
  char** table_;
  Variables overwritten_;  ///< with the values of before
  std::vector<std::string> added_;
};

}  // namespace scalemark::comm
