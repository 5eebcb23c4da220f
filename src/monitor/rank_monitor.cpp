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
#include "monitor/admission.h"
#include "monitor/line_socket.h"
#include "monitor/listener.h"
#include "monitor/meeting_point.h"
#include "monitor/monitor_messages.h"
#include "monitor/monitor_thread.h"
#include "monitor/own_network.h"
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
  Leader(int size, Listener listener, std::string token, const Activity& activity)
      : activity_(activity), admission_(std::in_place, std::move(listener), std::move(token), size) {
    views_.push_back(new_view(0, host_name()));
    for (int rank = 1; rank < size; ++rank) views_.push_back(new_view(rank, "?"));
  }

  /// The ranks have met: from now on nobody else is let in, and they are judged, but for those that are `lost`.
  void close_admission(const std::vector<int>& lost) {
    const std::scoped_lock lock(mutex_);
    for (const int rank : lost) views_.at(static_cast<std::size_t>(rank)).left = true;
    have_met_ = true;
  }

 private:
  std::vector<int> descriptors() const override {
    if (admission_) return admission_->descriptors();
    std::vector<int> all;
    for (const auto& [rank, socket] : members_) all.push_back(socket.fd());
    return all;
  }

  void turn() override {
    const std::scoped_lock lock(mutex_);
    const auto now = Clock::now();
    if (have_met_) admission_.reset();
    if (admission_) {
      admit(now);
    } else {
      hear_all(now);
    }
    if (now - told_ >= kReportEvery) tell_all(state_message(views_[0].activity));
  }

  void admit(Clock::time_point now) {
    for (auto& [rank, host, socket] : admission_->admit(now)) {
      views_[static_cast<std::size_t>(rank)] = new_view(rank, host);
      members_.insert_or_assign(rank, std::move(socket));
    }
  }

  void hear_all(Clock::time_point now) {
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
  std::mutex mutex_;                    // of all that follows
  std::optional<Admission> admission_;  ///< until the ranks have met; of the monitor's thread alone
  bool have_met_ = false;
  std::vector<RankView> views_;  ///< [rank]
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

bool share_one_network(const ControlGroup& world) {
  const std::string mine = own_network();
  const bool differs = world.broadcast(mine) != mine;
  return world.max(std::int64_t{differs}) == 0;
}

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
  const bool one_network = share_one_network(world);
  world.rank() == 0 ? lead(world, one_network) : follow(world);
}

void RankMonitor::lead(const ControlGroup& world, bool one_network) {
  Listener listener = one_network ? Listener::for_this_user() : Listener::for_every_host();
  const MeetingPoint point = meeting_point_at(listener);
  auto leader = std::make_unique<Leader>(world.size(), std::move(listener), point.token, activity_);
  leader->start();
  world.broadcast(to_text(point));
  const auto lost = unreached(world, true);
  if (!lost.empty()) {
    spdlog::warn(
        "rank(s) {} cannot reach rank 0 at {}: a death or hang there is left to the launcher and limits.case_timeout",
        fmt::join(lost, ", "), fmt::join(point.addresses, ", "));
  }
  leader->close_admission(lost);
  thread_ = std::move(leader);
}

void RankMonitor::follow(const ControlGroup& world) {
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
