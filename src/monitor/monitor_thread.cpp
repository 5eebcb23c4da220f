#include "monitor/monitor_thread.h"

#include <poll.h>
#include <unistd.h>

namespace scalemark::monitor {
namespace {

using namespace std::chrono_literals;

constexpr auto kTurn = 100ms;
constexpr auto kOwnSleep = 3s;

}  // namespace

void end_process(int exit_code) { _exit(exit_code); }

void MonitorThread::start() {
  thread_ = std::thread([this] {
    while (!stopping_) {
      wait();
      turn();
      if (const int code = failed_with_) report_failure(code);
    }
    farewell();
  });
}

void MonitorThread::stop() {
  stopping_ = true;
  thread_.join();
}

void MonitorThread::fail(ExitCode exit_code) {
  failed_with_ = static_cast<int>(exit_code);
  std::this_thread::sleep_for(10 * kHearing);
  end_process(static_cast<int>(exit_code));
}

void MonitorThread::forgive_own_sleep(Clock::time_point now, std::span<RankView> views) {
  if (now - last_turn_ > kOwnSleep) {
    for (RankView& view : views) view.heard = view.progressed = now;
  }
  last_turn_ = now;
}

void MonitorThread::wait() {
  std::vector<pollfd> waited;
  for (const int fd : descriptors()) waited.push_back({fd, POLLIN, 0});
  poll(waited.data(), waited.size(), static_cast<int>(std::chrono::milliseconds(kTurn).count()));
  // What comes in bursts is looked at together.
  std::this_thread::sleep_for(kTurn / 10);
}

}  // namespace scalemark::monitor
