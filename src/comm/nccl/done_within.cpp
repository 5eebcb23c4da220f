#include "comm/nccl/done_within.h"

#include <chrono>
#include <future>
#include <thread>
#include <utility>

namespace scalemark::comm {

bool done_within(double seconds, std::function<void()> work) {
  std::packaged_task<void()> task(std::move(work));
  std::future<void> done = task.get_future();
  std::thread thread(std::move(task));
  if (done.wait_for(std::chrono::duration<double>(seconds)) == std::future_status::timeout) {
    thread.detach();
    return false;
  }
  thread.join();
  done.get();
  return true;
}

}  // namespace scalemark::comm
