#include "sweep/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <utility>

#include "core/log.h"
#include "core/units.h"

namespace scalemark::sweep {
namespace {

constexpr const char* kEraseLine = "\r\033[K";

std::string one_line(const results::CaseRow& row) {
  if (row.status != results::CaseStatus::kOk) {
    return fmt::format("{}: {}: {}", row.case_id, results::to_string(row.status), row.reason);
  }
  return fmt::format("{}: {} per step [{}, {}], {:.4g} images/s, {} peak", row.case_id,
                     format_seconds(row.step_mean_seconds), format_seconds(row.step_mean_seconds_low),
                     format_seconds(row.step_mean_seconds_high), row.images_per_second,
                     format_bytes(row.peak_memory_bytes));
}

}  // namespace

Progress::Progress(std::size_t visits, bool quiet, Remark remark)
    : visits_(visits), quiet_(quiet), terminal_(isatty(STDERR_FILENO) == 1), remark_(std::move(remark)) {}

Progress::~Progress() { clear_line(); }

void Progress::clear_line() const {
  if (terminal_ && !quiet_) fmt::print(stderr, "{}", kEraseLine);
}

std::string Progress::remaining_time() const {
  if (done_ == 0) return "estimating the time left";
  if (done_ == visits_) return "all done";
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start_;
  const double seconds = elapsed.count() / static_cast<double>(done_) * static_cast<double>(visits_ - done_);
  return fmt::format("about {} left", format_seconds(seconds));
}

void Progress::begin(const std::string& case_id, int repetition, int repetitions) {
  if (quiet_ || !terminal_) return;
  if (visits_ == 0) {
    fmt::print(stderr, "{}searching the largest batch: {}", kEraseLine, case_id);
    std::fflush(stderr);
    return;
  }
  constexpr std::size_t kWidth = 24;
  const std::size_t filled = kWidth * done_ / visits_;
  fmt::print(stderr, "{}[{}{}] {}/{}  {}  repetition {} of {}  {}", kEraseLine, std::string(filled, '#'),
             std::string(kWidth - filled, '.'), done_, visits_, case_id, repetition + 1, repetitions, remaining_time());
  std::fflush(stderr);
}

void Progress::end(const results::CaseRecord& record, bool complete) {
  ++done_;
  if (!complete) return;
  clear_line();
  const std::string line = one_line(record.row) + (remark_ ? remark_(record) : "");
  if (visits_ == 0) {
    spdlog::info("{}", line);
    return;
  }
  spdlog::info("{} ({} of {} repetitions done, {})", line, done_, visits_, remaining_time());
}

}  // namespace scalemark::sweep
