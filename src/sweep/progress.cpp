#include "sweep/progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <utility>

#include "core/log.h"
#include "core/units.h"

namespace scalemark::sweep {
namespace {

constexpr const char* kEraseLine = "\r\033[K";

std::size_t columns() {
  constexpr std::size_t kUsual = 80;
  winsize size{};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1 ? size.ws_col : kUsual;
}

std::string line_of_target(const results::CaseRow& row) {
  const std::string rest =
      fmt::format("{:.4g} images/s, {} peak", row.images_per_second, format_bytes(row.peak_memory_bytes));
  if (!row.reason.empty()) return fmt::format("{}: {}, {}", row.case_id, row.reason, rest);
  return fmt::format("{}: target reached in {} and {:.3g} epochs, mean over {} {}, {}", row.case_id,
                     format_seconds(row.target_seconds), row.target_epochs, row.seeds,
                     row.seeds == 1 ? "seed" : "seeds", rest);
}

std::string one_line(const results::CaseRow& row) {
  if (row.status != results::CaseStatus::kOk) {
    return fmt::format("{}: {}: {}", row.case_id, results::to_string(row.status), row.reason);
  }
  if (row.seeds > 0) return line_of_target(row);
  return fmt::format("{}: {} per step [{}, {}], {:.4g} images/s, {} peak", row.case_id,
                     format_seconds(row.step_mean_seconds), format_seconds(row.step_mean_seconds_low),
                     format_seconds(row.step_mean_seconds_high), row.images_per_second,
                     format_bytes(row.peak_memory_bytes));
}

}  // namespace

Progress::Progress(std::size_t visits, bool quiet, Doing doing, Remark remark, std::chrono::milliseconds pause)
    : visits_(visits),
      quiet_(quiet),
      terminal_(isatty(STDERR_FILENO) == 1),
      doing_(std::move(doing)),
      remark_(std::move(remark)),
      pause_(pause) {
  constexpr std::chrono::milliseconds kOnTerminal{1'000};
  constexpr std::chrono::milliseconds kElsewhere{10'000};
  if (pause_.count() == 0) pause_ = terminal_ ? kOnTerminal : kElsewhere;
  if (!quiet_ && doing_) teller_ = std::thread([this] { tell(); });
}

Progress::~Progress() {
  {
    const std::scoped_lock lock(mutex_);
    over_ = true;
  }
  changed_.notify_all();
  if (teller_.joinable()) teller_.join();
  clear_line();
}

void Progress::tell() {
  std::unique_lock lock(mutex_);
  while (!changed_.wait_until(lock, said_ + pause_, [this] { return over_; })) {
    // A case's line may have been said while this thread waited.
    if (std::chrono::steady_clock::now() < said_ + pause_) continue;
    said_ = std::chrono::steady_clock::now();
    if (!visit_.empty()) say_visit();
  }
}

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

void Progress::say_visit() {
  const std::string doing = doing_();
  if (terminal_) return draw(doing);
  if (visits_ == 0) return spdlog::info("searching the largest batch: {}: {}", visit_, doing);
  spdlog::info("{}: {} ({} of {} repetitions done, {})", visit_, doing, done_, visits_, remaining_time());
}

void Progress::draw(const std::string& doing) const {
  std::string line;
  if (visits_ == 0) {
    line = fmt::format("searching the largest batch: {}  {}", visit_, doing);
  } else {
    constexpr std::size_t kWidth = 24;
    const std::size_t filled = kWidth * done_ / visits_;
    line = fmt::format("[{}{}] {}/{}  {}  {}  {}", std::string(filled, '#'), std::string(kWidth - filled, '.'), done_,
                       visits_, visit_, remaining_time(), doing);
  }
  // One that is wrapped could not be drawn over.
  fmt::print(stderr, "{}{}", kEraseLine, line.substr(0, columns() - 1));
  std::fflush(stderr);
}

void Progress::begin(const std::string& case_id, int repetition, int repetitions, const char* unit) {
  const std::scoped_lock lock(mutex_);
  visit_ = visits_ == 0 ? case_id : fmt::format("{}, {} {} of {}", case_id, unit, repetition + 1, repetitions);
  if (!quiet_ && terminal_) draw("");
}

void Progress::say(const std::string& line) {
  const std::scoped_lock lock(mutex_);
  said_ = std::chrono::steady_clock::now();
  clear_line();
  spdlog::info("{}", line);
}

void Progress::end(const results::CaseRecord& record, bool complete) {
  const std::scoped_lock lock(mutex_);
  ++done_;
  visit_.clear();
  if (!complete) return;
  said_ = std::chrono::steady_clock::now();
  clear_line();
  const std::string line = one_line(record.row) + (remark_ ? remark_(record) : "");
  if (visits_ == 0) {
    spdlog::info("{}", line);
    return;
  }
  spdlog::info("{} ({} of {} repetitions done, {})", line, done_, visits_, remaining_time());
}

}  // namespace scalemark::sweep
