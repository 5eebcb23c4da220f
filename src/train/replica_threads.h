#pragma once

#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace scalemark::train {

/// One thread per replica, which are kept: a new thread would build its pool of OpenMP threads anew in every step.
class ReplicaThreads {
 public:
  explicit ReplicaThreads(std::size_t count);
  ~ReplicaThreads();
  ReplicaThreads(const ReplicaThreads&) = delete;
  ReplicaThreads& operator=(const ReplicaThreads&) = delete;

  /// Calls work(0), work(1), ... at the same time, each on its own thread and with the caller's thread-local state of
  /// LibTorch, and returns when all have ended. @throws what the first of them threw.
  void run(const std::function<void(std::size_t)>& work);

 private:
  void serve(std::size_t index);

  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable done_;
  std::function<void(std::size_t)> work_;
  std::vector<std::exception_ptr> errors_;  // [thread]
  std::size_t round_ = 0;
  std::size_t running_ = 0;
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace scalemark::train
