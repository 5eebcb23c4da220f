#include "train/replica_threads.h"

#include <ATen/ThreadLocalState.h>

namespace scalemark::train {

ReplicaThreads::ReplicaThreads(std::size_t count) : errors_(count) {
  for (std::size_t i = 0; i < count; ++i) threads_.emplace_back([this, i] { serve(i); });
}

ReplicaThreads::~ReplicaThreads() {
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
  }
  wake_.notify_all();
  for (auto& thread : threads_) thread.join();
}

void ReplicaThreads::run(const std::function<void(std::size_t)>& work) {
  const at::ThreadLocalState caller;
  std::unique_lock lock(mutex_);
  work_ = [&](std::size_t index) {
    const at::ThreadLocalStateGuard guard(caller);
    work(index);
  };
  running_ = threads_.size();
  ++round_;
  wake_.notify_all();
  done_.wait(lock, [this] { return running_ == 0; });
  for (auto& error : errors_) {
    if (error) std::rethrow_exception(std::exchange(error, nullptr));
  }
}

void ReplicaThreads::serve(std::size_t index) {
  std::unique_lock lock(mutex_);
  for (std::size_t served = 0;;) {
    wake_.wait(lock, [&] { return ending_ || round_ != served; });
    if (ending_) return;
    served = round_;
    lock.unlock();
    std::exception_ptr error;
    try {
      work_(index);
    } catch (...) {
      error = std::current_exception();
    }
    lock.lock();
    errors_[index] = error;
    if (--running_ == 0) done_.notify_all();
  }
}

}  // namespace scalemark::train
