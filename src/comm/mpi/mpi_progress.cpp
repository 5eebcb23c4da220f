#include "comm/mpi/mpi_progress.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "mpi/mpi_wait.h"

namespace scalemark::comm {
namespace {

using Clock = std::chrono::steady_clock;

// Measured with bench/reducer_bench.cpp and bench/pytorch/side_by_side.py; docs/performance.md has the figures.

// A look of the thread takes its core from backward for some 25 us, and the caches with it: looks every 200 us made a
// step of ResNet-18 on as many ranks as cores a tenth slower. What is not done when backward ends, the waiting rank
// does.
constexpr std::chrono::microseconds kThreadSleep{2000};
constexpr std::chrono::microseconds kThreadSleepLongest{5000};

// A rank that waits looks more often: its core has nothing else to do.
constexpr std::chrono::microseconds kWaitSleep{50};
constexpr std::chrono::microseconds kWaitSleepLongest{1000};
constexpr std::chrono::milliseconds kSpinFor{2};

}  // namespace

class MpiProgress::Collective {
 public:
  explicit Collective(ChunkedCollective chunks) : chunks_(std::move(chunks)) {}

  bool all_started() const { return started_ == chunks_.chunks; }
  bool in_flight() const { return !in_flight_.empty(); }
  bool may_start() const { return !all_started() && in_flight_.size() < chunks_.chunks_in_flight; }
  void start_next() {
    in_flight_.push_back(chunks_.start(started_++));
    in_flight_.back()->advance();
  }

  /// True where a chunk moved.
  bool advance() {
    bool moved = false;
    for (const auto& chunk : in_flight_) moved = chunk->advance() || moved;
    std::erase_if(in_flight_, [](const auto& chunk) { return chunk->is_done(); });
    return moved;
  }

  bool finished = false;
  std::exception_ptr error;

 private:
  ChunkedCollective chunks_;
  std::int64_t started_ = 0;
  std::deque<std::unique_ptr<Chunk>> in_flight_;
};

// MPI may still write into what a collective in flight owns, and cannot be told to stop: that memory is kept for good.
void MpiProgress::abandon(std::shared_ptr<Collective> collective) {
  if (collective->in_flight()) new std::shared_ptr<Collective>(std::move(collective));
}

MpiProgress::MpiProgress() : thread_([this] { run(); }) {}

MpiProgress::~MpiProgress() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
  for (auto& collective : unfinished_) abandon(std::move(collective));
}

std::shared_ptr<MpiProgress::Collective> MpiProgress::submit(ChunkedCollective chunks) {
  auto collective = std::make_shared<Collective>(std::move(chunks));
  {
    const std::lock_guard lock(mutex_);
    unfinished_.push_back(collective);
    // A transfer that is under way goes on without this rank.
    while (advance()) {
    }
  }
  changed_.notify_all();
  return collective;
}

void MpiProgress::wait(const std::shared_ptr<Collective>& collective) {
  std::unique_lock lock(mutex_);
  ++waiters_;
  auto last_progress = Clock::now();
  mpi::SleepBackoff backoff(kWaitSleep, kWaitSleepLongest);
  while (!collective->finished) {
    if (advance()) {
      last_progress = Clock::now();
      backoff.reset();
      continue;
    }
    lock.unlock();
    // While data moves each look moves more of it; with nothing to move the core is better left to a rank that
    // computes.
    if (Clock::now() - last_progress < kSpinFor) {
      std::this_thread::yield();
    } else {
      backoff.sleep();
    }
    lock.lock();
  }
  --waiters_;
  lock.unlock();
  changed_.notify_all();
  if (collective->error) std::rethrow_exception(collective->error);
}

void MpiProgress::run() {
  mpi::SleepBackoff backoff(kThreadSleep, kThreadSleepLongest);
  std::unique_lock lock(mutex_);
  for (;;) {
    if (unfinished_.empty()) backoff.reset();
    changed_.wait(lock, [this] { return stopping_ || (!unfinished_.empty() && waiters_ == 0); });
    if (stopping_) return;
    while (advance()) backoff.reset();
    lock.unlock();
    backoff.sleep();
    lock.lock();
  }
}

bool MpiProgress::advance() {
  try {
    const bool moved = advance_started();
    return start_next() || moved;
  } catch (...) {
    fail_all(std::current_exception());
    return true;
  }
}

// The oldest first: it holds up what comes behind, and its data are still in the caches.
bool MpiProgress::advance_started() {
  bool moved = false;
  for (const auto& collective : unfinished_) {
    if (!collective->in_flight()) break;
    moved = collective->advance() || moved;
  }
  while (!unfinished_.empty() && unfinished_.front()->all_started() && !unfinished_.front()->in_flight()) {
    unfinished_.front()->finished = true;
    unfinished_.pop_front();
    moved = true;
  }
  return moved;
}

// One at a time, so that chunks under way come first.
bool MpiProgress::start_next() {
  for (const auto& collective : unfinished_) {
    if (collective->all_started()) continue;
    if (!collective->may_start()) return false;
    collective->start_next();
    return true;
  }
  return false;
}

// After an error a communicator is of no further use: what else is queued on it fails with the same message.
void MpiProgress::fail_all(const std::exception_ptr& error) {
  for (auto& collective : unfinished_) {
    collective->error = error;
    collective->finished = true;
    abandon(std::move(collective));
  }
  unfinished_.clear();
}

}  // namespace scalemark::comm
