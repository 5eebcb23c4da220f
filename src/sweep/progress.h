#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>

#include "results/records.h"

namespace scalemark::sweep {

/// Tells a person at rank 0 how far the sweep is: on a terminal one line that is drawn over, elsewhere one line per
/// case.
class Progress {
 public:
  /// What is to be said of a case at the end of its line.
  using Remark = std::function<std::string(const results::CaseRecord&)>;

  /// @param visits  0: nobody knows how many (a search).
  Progress(std::size_t visits, bool quiet, Remark remark = {});
  ~Progress();

  /// A visit begins.
  void begin(const std::string& case_id, int repetition, int repetitions);

  /// A visit has ended; `complete` when it was the case's last.
  void end(const results::CaseRecord& record, bool complete);

 private:
  void clear_line() const;
  std::string remaining_time() const;

  std::size_t visits_;
  std::size_t done_ = 0;
  bool quiet_;
  bool terminal_;
  Remark remark_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace scalemark::sweep
