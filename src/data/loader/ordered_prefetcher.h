#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

namespace scalemark::data {

/// How the items 0, 1, 2, ... of an OrderedPrefetcher are made.
template <typename Item>
struct PrefetchWork {
  std::function<Item(std::int64_t)> start;  ///< item n, still to be filled; called in order, one call at a time
  std::function<void(Item&, int)> fill;  ///< one part of it; called from several threads at once, for different parts
  int parts = 1;                         ///< of each item, at least 1
};

/// Makes items ahead of their use on worker threads, and hands them out in order. Threads share the parts of an item,
/// so that all of them work towards the item that is needed next, and the window bounds the memory.
template <typename Item>
class OrderedPrefetcher {
 public:
  /// @param workers  threads; 0: next() does the work
  /// @param ahead    items that are begun or ready before they are asked for, at least 1
  OrderedPrefetcher(PrefetchWork<Item> work, int workers, int ahead)
      : work_(std::move(work)), ahead_(static_cast<std::size_t>(std::max(ahead, 1))) {
    for (int i = 0; i < workers; ++i) {
      threads_.emplace_back([this](const std::stop_token& token) { run(token); });
    }
  }

  // All are told before the first is waited for.
  ~OrderedPrefetcher() {
    for (auto& thread : threads_) thread.request_stop();
  }
  OrderedPrefetcher(const OrderedPrefetcher&) = delete;
  OrderedPrefetcher& operator=(const OrderedPrefetcher&) = delete;

  /// The next item in order. @throws what its making threw (that of its first failing part), once; after that
  /// std::logic_error.
  Item next() {
    std::unique_lock lock(mutex_);
    if (ended_) throw std::logic_error("nothing can be loaded after an error");
    if (threads_.empty()) return make_here();
    ready_.wait(lock, [this] { return !window_.empty() && window_.front().complete(work_.parts); });
    Slot slot = std::move(window_.front());
    window_.pop_front();
    ended_ = slot.error != nullptr;
    claimable_.notify_one();
    if (slot.error) std::rethrow_exception(slot.error);
    return std::move(*slot.item);
  }

 private:
  struct Slot {
    std::optional<Item> item;
    int next_part = 0;
    int parts_at_work = 0;
    int failed_part = -1;
    std::exception_ptr error;

    bool complete(int parts) const { return next_part == parts && parts_at_work == 0; }
  };

  Item make_here() {
    try {
      Item item = work_.start(started_++);
      for (int part = 0; part < work_.parts; ++part) work_.fill(item, part);
      return item;
    } catch (...) {
      ended_ = true;
      throw;
    }
  }

  void run(const std::stop_token& token) {
    std::unique_lock lock(mutex_);
    while (claimable_.wait(lock, token, [this] { return can_claim(); }) && !token.stop_requested()) {
      if (!has_open_part()) open_slot();
      if (has_open_part()) fill_part(lock, window_.back());
    }
  }

  // Items are begun in order, and the next one only when every part of the last is taken: only the last has open parts.
  bool has_open_part() const { return !window_.empty() && window_.back().next_part < work_.parts; }
  bool can_claim() const { return !failed_ && !ended_ && (has_open_part() || window_.size() < ahead_); }

  void open_slot() {
    Slot& slot = window_.emplace_back();
    try {
      slot.item = work_.start(started_++);
    } catch (...) {
      record_failure(slot, 0, std::current_exception());
      ready_.notify_one();
    }
  }

  void fill_part(std::unique_lock<std::mutex>& lock, Slot& slot) {
    const int part = slot.next_part++;
    ++slot.parts_at_work;
    // One thread wakes the next, as long as there is work: to wake all for each item costs more than the item where
    // many threads wait for storage.
    if (can_claim()) claimable_.notify_one();
    lock.unlock();
    std::exception_ptr error;
    try {
      work_.fill(*slot.item, part);
    } catch (...) {
      error = std::current_exception();
    }
    lock.lock();
    --slot.parts_at_work;
    if (error) record_failure(slot, part, error);
    if (slot.complete(work_.parts)) ready_.notify_one();
  }

  /// Parts are taken in order, so every part before a failing one still runs: the first failure does not depend on
  /// time.
  void record_failure(Slot& slot, int part, const std::exception_ptr& error) {
    failed_ = true;
    slot.next_part = work_.parts;
    if (slot.failed_part >= 0 && slot.failed_part < part) return;
    slot.failed_part = part;
    slot.error = error;
  }

  PrefetchWork<Item> work_;
  std::size_t ahead_;
  std::mutex mutex_;
  std::condition_variable_any claimable_;
  std::condition_variable ready_;
  std::deque<Slot> window_;  // front: the item that next() gives; references stay valid while it grows and shrinks
  std::int64_t started_ = 0;
  bool failed_ = false;  // some part failed: nothing more is begun
  bool ended_ = false;   // next() has thrown it
  std::vector<std::jthread> threads_;
};

}  // namespace scalemark::data
