#include "monitor/rank_monitor.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "core/host_name.h"
#include "core/log.h"
#include "monitor/line_socket.h"
#include "monitor/meeting_point.h"
#include "monitor/monitor_messages.h"
#include "monitor/monitor_thread.h"
#include "monitor/rank_judge.h"

namespace scalemark::monitor {
namespace {

using Clock = RankView::Clock;
using Kind = MonitorMessage::Kind;
using namespace std::chrono_literals;

constexpr auto kReportEvery = 250ms;
constexpr auto kFarewell = 300ms;  // for the last messages to leave
constexpr auto kAfterLeader = 3s;  // a rank judges by itself where rank 0 said nothing

int launch_code() { return static_cast<int>(ExitCode::kLaunch); }

void note(RankView& view, const ActivitySnapshot& activity, Clock::time_point now) {
  view.heard = now;
  if (activity.visit != view.activity.visit || activity.progress != view.activity.progress) view.progressed = now;
  view.activity = activity;
}

RankView new_view(int rank, std::string host) {
  RankView view;
  view.rank = rank;
  view.host = std::move(host);
  view.heard = view.progressed = Clock::now();
  view.activity.what = "set-up";
  return view;
}

/// Rank 0's: hears every rank and judges.
class Leader : public MonitorThread {
 public:
  Leader(int size, Listener listener, std::uint64_t token, const Activity& activity)
      : activity_(activity), listener_(std::move(listener)), token_(token) {
    views_.push_back(new_view(0, host_name()));
    for (int rank = 1; rank < size; ++rank) views_.push_back(new_view(rank, "?"));
  }

  /// These ranks have no connection, and are not judged.
  void leave_out(const std::vector<int>& ranks) {
    const std::scoped_lock lock(mutex_);
    for (const int rank : ranks) views_.at(static_cast<std::size_t>(rank)).left = true;
  }

 private:
  std::vector<int> descriptors() const override {
    std::vector<int> all{listener_.fd()};
    for (const auto& socket : callers_) all.push_back(socket.fd());
    for (const auto& [rank, socket] : members_) all.push_back(socket.fd());
    return all;
  }

  void turn() override {
    const std::scoped_lock lock(mutex_);
    while (auto caller = listener_.accept()) callers_.push_back(std::move(*caller));
    admit_callers();
    const auto now = Clock::now();
    note(views_[0], activity_.snapshot(), now);
    forgive_own_sleep(now, views_);
    for (auto member = members_.begin(); member != members_.end();) {
      auto& view = views_[static_cast<std::size_t>(member->first)];
      hear(view, member->second, now);
      member = view.connected ? std::next(member) : members_.erase(member);
    }
    if (const auto fault = find_fault(views_, now, timeout())) {
      spdlog::error("{}\nthe job is ended; --resume goes on with it", *fault);
      give_up(failure_code_ == 0 ? launch_code() : failure_code_);
    }
    if (failure_code_ != 0 && now - failed_at_ > kHearing) give_up(failure_code_);
    if (now - told_ >= kReportEvery) tell_all(state_message(views_[0].activity));
  }

  void admit_callers() {
    for (auto caller = callers_.begin(); caller != callers_.end();) {
      const bool alive = caller->pump();
      const auto lines = caller->take_lines();
      if (lines.empty() && alive) {
        ++caller;
        continue;
      }
      const auto hello = lines.empty() ? std::nullopt : from_line(lines.front());
      const bool ours = hello && hello->kind == Kind::kHello && hello->token == token_ && hello->rank > 0 &&
                        hello->rank < static_cast<int>(views_.size()) && !members_.contains(hello->rank);
      if (ours) {
        views_[static_cast<std::size_t>(hello->rank)] = new_view(hello->rank, hello->host);
        caller->send(to_line(hello_message(token_, 0, "")));
        members_.emplace(hello->rank, std::move(*caller));
      }
      caller = callers_.erase(caller);
    }
  }

  void hear(RankView& view, LineSocket& socket, Clock::time_point now) {
    const bool alive = socket.pump();
    for (const auto& line : socket.take_lines()) {
      const auto message = from_line(line);
      if (!message) continue;
      if (message->kind == Kind::kState) note(view, message->activity, now);
      if (message->kind == Kind::kBye) view.left = true;
      if (message->kind == Kind::kFail) report_failure(message->exit_code);
      if (message->kind == Kind::kFail) view.left = true;  // its end is no news
    }
    view.connected = alive;
  }

  void tell_all(const MonitorMessage& message) {
    told_ = Clock::now();
    const std::string line = to_line(message);
    for (auto& [rank, socket] : members_) {
      socket.send(line);
      socket.pump();
    }
  }

  // The failure may be but what came of a disagreement, of which the other ranks' states will tell.
  void report_failure(int exit_code) override {
    if (failure_code_ != 0) return;
    failure_code_ = exit_code;
    failed_at_ = Clock::now();
  }

  [[noreturn]] void give_up(int exit_code) {
    tell_all(end_message(Kind::kAbort, exit_code));
    std::this_thread::sleep_for(kFarewell);
    end_process(exit_code);
  }

  void farewell() override { tell_all(end_message(Kind::kBye, 0)); }

  const Activity& activity_;
  std::mutex mutex_;  // of all that follows
  Listener listener_;
  std::uint64_t token_;
  std::vector<RankView> views_;  ///< [rank]
  std::vector<LineSocket> callers_;
  std::map<int, LineSocket> members_;
  Clock::time_point told_{};
  int failure_code_ = 0;
  Clock::time_point failed_at_{};
};

/// That of the other ranks.
class Member : public MonitorThread {
 public:
  Member(int rank, std::optional<LineSocket> leader, const std::string& leader_host, const Activity& activity)
      : activity_(activity), leader_(std::move(leader)), views_{new_view(0, leader_host), new_view(rank, host_name())} {
    // Without a connection this rank judges itself alone.
    views_[0].left = !leader_.has_value();
  }

 private:
  std::vector<int> descriptors() const override {
    return leader_ ? std::vector<int>{leader_->fd()} : std::vector<int>{};
  }

  void turn() override {
    const auto now = Clock::now();
    ActivitySnapshot activity = activity_.snapshot();
    if (leader_ && now - told_ >= kReportEvery) {
      told_ = now;
      leader_->send(to_line(state_message(activity)));
    }
    // Who started what is compared on rank 0 alone.
    activity.collectives.clear();
    note(views_[1], activity, now);
    if (leader_) hear(now);
    // Rank 0 judges. This rank does only where rank 0 cannot: some time later, or at once if it died.
    forgive_own_sleep(now, views_);
    if (const auto fault = find_fault(views_, now, timeout() + kAfterLeader)) {
      spdlog::error("{}\nthe job is ended; --resume goes on with it", *fault);
      end_process(launch_code());
    }
  }

  void hear(Clock::time_point now) {
    if (!views_[0].connected) return;
    const bool alive = leader_->pump();
    for (const auto& line : leader_->take_lines()) {
      const auto message = from_line(line);
      if (!message) continue;
      if (message->kind == Kind::kState) note(views_[0], message->activity, now);
      if (message->kind == Kind::kBye) views_[0].left = true;
      if (message->kind == Kind::kAbort) end_process(message->exit_code);
    }
    views_[0].connected = alive;
  }

  void report_failure(int exit_code) override {
    if (leader_) {
      leader_->send(to_line(state_message(activity_.snapshot())));
      leader_->send(to_line(end_message(Kind::kFail, exit_code)));
      leader_->pump();
      std::this_thread::sleep_for(2 * kHearing);
    }
    end_process(exit_code);
  }

  void farewell() override {
    if (!leader_) return;
    leader_->send(to_line(end_message(Kind::kBye, 0)));
    leader_->pump();
  }

  const Activity& activity_;
  std::optional<LineSocket> leader_;
  std::array<RankView, 2> views_;  ///< of rank 0 and of this rank
  Clock::time_point told_{};
};

/// The ranks that could not reach rank 0, on rank 0.
std::vector<int> unreached(const ControlGroup& world, bool reached) {
  const std::array<double, 1> mine{reached ? 1.0 : 0.0};
  const auto all = world.gather(mine);
  std::vector<int> ranks;
  for (std::size_t rank = 0; rank < all.size(); ++rank) {
    if (all[rank].front() == 0.0) ranks.push_back(static_cast<int>(rank));
  }
  return ranks;
}

}  // namespace

RankMonitor::RankMonitor(const ControlGroup& world) {
  if (world.rank() == 0) {
    Listener listener;
    const MeetingPoint point = meeting_point_at(listener);
    auto leader = std::make_unique<Leader>(world.size(), std::move(listener), point.token, activity_);
    leader->start();
    world.broadcast(to_text(point));
    const auto lost = unreached(world, true);
    if (!lost.empty()) {
      spdlog::warn(
          "rank(s) {} cannot reach rank 0 by TCP at {}: a death or hang there is left to the launcher and "
          "limits.case_timeout",
          fmt::join(lost, ", "), fmt::join(point.addresses, ", "));
      leader->leave_out(lost);
    }
    thread_ = std::move(leader);
    return;
  }
  const MeetingPoint point = meeting_point_of(world.broadcast(""));
  auto connection = call(point, world.rank());
  unreached(world, connection.has_value());
  thread_ = std::make_unique<Member>(world.rank(), std::move(connection), point.host, activity_);
  thread_->start();
}

RankMonitor::~RankMonitor() { thread_->stop(); }

void RankMonitor::set_timeout(double seconds) { thread_->set_timeout(seconds); }

void RankMonitor::fail(ExitCode exit_code) { thread_->fail(exit_code); }

}  // namespace scalemark::monitor
