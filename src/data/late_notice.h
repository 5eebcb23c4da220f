#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>

namespace scalemark::data {

/// Calls `say` once, from a thread of its own, where its owner lives longer than `seconds`: what is fast says nothing.
class LateNotice {
 public:
  LateNotice(double seconds, std::function<void()> say)
      : thread_([this, seconds, say = std::move(say)] {
          std::unique_lock lock(mutex_);
          if (!ended_.wait_for(lock, std::chrono::duration<double>(seconds), [this] { return over_; })) say();
        }) {}
  LateNotice(const LateNotice&) = delete;
  LateNotice& operator=(const LateNotice&) = delete;
  ~LateNotice() {
    {
      const std::lock_guard lock(mutex_);
      over_ = true;
    }
    ended_.notify_one();
    thread_.join();
  }

 private:
  std::mutex mutex_;
  std::condition_variable ended_;
  bool over_ = false;
  std::thread thread_;  // last: it uses the others
};

}  // namespace scalemark::data
