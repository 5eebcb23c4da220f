#include "comm/mpi_progress.h"

#include <chrono>
#include <utility>

#include "comm/mpi_check.h"
#include "comm/mpi_wait.h"

namespace scalemark::comm {
namespace {

using Clock = std::chrono::steady_clock;

// Measured with bench/reducer_bench.cpp and bench/pytorch/side_by_side.py; docs/performance.md has the figures.
constexpr std::size_t kChunksInFlight = 4;

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
  Collective(std::int64_t chunks, StartChunk start) : chunks_(chunks), start_(std::move(start)) {}

  bool all_started() const { return started_ == chunks_; }
  bool in_flight() const { return !requests_.empty(); }
  void start_next() { requests_.push_back(start_(started_++)); }

  /// The number of chunks that completed since the last look.
  std::size_t collect() {
    const std::size_t before = requests_.size();
    for (MPI_Request& request : requests_) {
      int done = 0;
      MPI_CHECK(MPI_Test(&request, &done, MPI_STATUS_IGNORE));
    }
    std::erase(requests_, MPI_REQUEST_NULL);
    return before - requests_.size();
  }

  bool finished = false;
  std::exception_ptr error;

 private:
  std::int64_t chunks_;
  std::int64_t started_ = 0;
  StartChunk start_;
  std::vector<MPI_Request> requests_;
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

std::shared_ptr<MpiProgress::Collective> MpiProgress::submit(std::int64_t chunks, StartChunk start) {
  auto collective = std::make_shared<Collective>(chunks, std::move(start));
  {
    const std::lock_guard lock(mutex_);
    unfinished_.push_back(collective);
    advance();
  }
  changed_.notify_all();
  return collective;
}

void MpiProgress::wait(const std::shared_ptr<Collective>& collective) {
  std::unique_lock lock(mutex_);
  ++waiters_;
  auto last_progress = Clock::now();
  SleepBackoff backoff(kWaitSleep, kWaitSleepLongest);
  while (!collective->finished) {
    if (advance()) {
      last_progress = Clock::now();
      backoff.reset();
    }
    if (collective->finished) break;
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
  SleepBackoff backoff(kThreadSleep, kThreadSleepLongest);
  std::unique_lock lock(mutex_);
  for (;;) {
    if (unfinished_.empty()) backoff.reset();
    changed_.wait(lock, [this] { return stopping_ || (!unfinished_.empty() && waiters_ == 0); });
    if (stopping_) return;
    if (advance()) backoff.reset();
    lock.unlock();
    backoff.sleep();
    lock.lock();
  }
}

bool MpiProgress::advance() {
  try {
    start_chunks();
    std::size_t completed = 0;
    for (const auto& collective : unfinished_) {
      if (!collective->in_flight()) break;
      completed += collective->collect();
    }
    chunks_in_flight_ -= completed;
    while (!unfinished_.empty() && unfinished_.front()->all_started() && !unfinished_.front()->in_flight()) {
      unfinished_.front()->finished = true;
      unfinished_.pop_front();
    }
    start_chunks();
    return completed > 0;
  } catch (...) {
    fail_all(std::current_exception());
    return true;
  }
}

void MpiProgress::start_chunks() {
  for (const auto& collective : unfinished_) {
    while (!collective->all_started()) {
      if (chunks_in_flight_ == kChunksInFlight) return;
      collective->start_next();
      ++chunks_in_flight_;
    }
  }
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
