#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "results/records.h"

namespace scalemark::sweep {

/// Tells a person at rank 0 how far the sweep is: on a terminal one line that is drawn over, elsewhere one line per
/// case. A thread of its own says what a long repetition is doing once nothing was said for 10 s, on a terminal for
/// one.
class Progress {
 public:
  /// What is to be said of a case at the end of its line.
  using Remark = std::function<std::string(const results::CaseRecord&)>;

  /// What the rank is doing; called by the thread.
  using Doing = std::function<std::string()>;

  /// @param visits  0: nobody knows how many (a search).
  /// @param pause   between the lines of the thread; 0: as above
  Progress(std::size_t visits, bool quiet, Doing doing = {}, Remark remark = {}, std::chrono::milliseconds pause = {});
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// A visit begins. @param unit  what it is one of: "repetition" or "seed"
  void begin(const std::string& case_id, int repetition, int repetitions, const char* unit = "repetition");

  /// A line about the visit.
  void say(const std::string& line);

  /// A visit has ended; `complete` when it was the case's last.
  void end(const results::CaseRecord& record, bool complete);

 private:
  void tell();
  void say_visit();
  void draw(const std::string& doing) const;
  void clear_line() const;
  std::string remaining_time() const;

  std::size_t visits_;
  std::size_t done_ = 0;
  bool quiet_;
  bool terminal_;
  Doing doing_;
  Remark remark_;
  std::chrono::milliseconds pause_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point said_ = start_;
  std::string visit_;  // "case, repetition 2 of 7"; empty between visits
  bool over_ = false;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::thread teller_;
};

}  // namespace scalemark::sweep
