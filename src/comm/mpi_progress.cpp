#include "comm/mpi_progress.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>

#include "comm/mpi_check.h"
#include "comm/mpi_wait.h"

namespace scalemark::comm {
namespace {

const std::size_t kChunksInFlight = getenv("SM_WINDOW") ? atoi(getenv("SM_WINDOW")) : 8;
const std::chrono::microseconds kThreadSleep{getenv("SM_SLEEP") ? atoi(getenv("SM_SLEEP")) : 200};
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

MpiProgress::MpiProgress() : thread_([this] { run(); }) {}

MpiProgress::~MpiProgress() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
  // MPI may still write into what an abandoned collective owns, and cannot be told to stop: keep that memory for good.
  for (auto& collective : unfinished_) {
    if (collective->in_flight()) new std::shared_ptr<Collective>(std::move(collective));
  }
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
  const auto spin_until = std::chrono::steady_clock::now() + kSpinFor;
  SleepBackoff backoff;
  while (!collective->finished) {
    advance();
    if (collective->finished) break;
    lock.unlock();
    if (std::chrono::steady_clock::now() < spin_until) {
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
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stopping_ || (!unfinished_.empty() && waiters_ == 0); });
    if (stopping_) return;
    advance();
    lock.unlock();
    std::this_thread::sleep_for(kThreadSleep);
    lock.lock();
  }
}

// Called with the mutex held.
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
  for (const auto& collective : unfinished_) {
    collective->error = error;
    collective->finished = true;
  }
  unfinished_.clear();
}

}  // namespace scalemark::comm
