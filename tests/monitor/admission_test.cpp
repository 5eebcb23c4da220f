#include "monitor/admission.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "fuzz/mutations.h"
#include "monitor/meeting_point.h"
#include "monitor/monitor_messages.h"
#include "monitor/own_network.h"
#include "monitor/socket_address.h"

namespace scalemark::monitor {
namespace {

using Clock = Admission::Clock;

constexpr int kRanks = 3;
constexpr const char* kToken = "0123456789abcdef0123456789abcdef";
constexpr uid_t kNobody = 65534;
// For a call() that is to succeed on the busiest machine, and for one that is to fail.
constexpr double kLong = 60;
constexpr double kShort = 0.2;

std::string hello(const std::string& token, int rank) { return to_line(hello_message(token, rank, "node")); }

/// The next line that comes, while `other` sends what it has; nullopt where the connection ends.
std::optional<std::string> next_line(LineSocket& socket, LineSocket* other = nullptr) {
  for (const auto end = Clock::now() + std::chrono::duration<double>(kLong); Clock::now() < end;) {
    if (other != nullptr) other->pump();
    const bool alive = socket.pump();
    const auto lines = socket.take_lines();
    if (!lines.empty()) return lines.front();
    if (!alive) break;
  }
  return std::nullopt;
}

/// Rank 0's side at a listener of either kind, and connections to it.
class AdmissionTest : public ::testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    // Both ends of every connection are this process's.
    rlimit files{};
    ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &files), 0);
    files.rlim_cur = files.rlim_max;
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &files), 0);
    Listener listener = GetParam() ? Listener::for_this_user() : Listener::for_every_host();
    point_ = meeting_point_at(listener);
    admission_ = std::make_unique<Admission>(std::move(listener), kToken, kRanks);
  }

  LineSocket caller() const { return connect_to(point_.addresses.back(), point_.port, kLong).value(); }

  LineSocket caller_saying(const std::string& line) const {
    LineSocket socket = caller();
    socket.send(line);
    socket.pump();
    return socket;
  }

  /// Admits, as if it were `later`, until `done()` of those that came in; these.
  template <typename Done>
  std::vector<Admission::Admitted> admit_until(Done done, std::chrono::seconds later = {}) {
    std::vector<Admission::Admitted> all;
    const auto end = Clock::now() + std::chrono::duration<double>(kLong);
    while (!done(all) && Clock::now() < end) {
      for (auto& rank : admission_->admit(Clock::now() + later)) all.push_back(std::move(rank));
    }
    return all;
  }

  std::vector<Admission::Admitted> admit_one() {
    return admit_until([](const auto& all) { return !all.empty(); });
  }

  bool turns_away(LineSocket socket, std::chrono::seconds later = {}) {
    const auto hung_up = [&](const auto& all) { return !all.empty() || !socket.pump(); };
    return admit_until(hung_up, later).empty() && !socket.pump();
  }

  std::size_t pending() const { return admission_->descriptors().size() - 1; }

  MeetingPoint point_;
  std::unique_ptr<Admission> admission_;
};

INSTANTIATE_TEST_SUITE_P(, AdmissionTest, ::testing::Values(true, false),
                         [](const auto& kind) { return kind.param ? "ThisUser" : "Network"; });

TEST_P(AdmissionTest, LetsInWhoKnowsTheTokenAndAnswers) {
  LineSocket socket = caller_saying(hello(kToken, 2));
  auto admitted = admit_one();
  ASSERT_EQ(admitted.size(), 1U);
  EXPECT_EQ(admitted[0].rank, 2);
  EXPECT_EQ(admitted[0].host, "node");
  EXPECT_EQ(pending(), 0U);
  const auto answer = next_line(socket);
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(from_line(*answer)->token, kToken);
  // From now on it may say long things.
  const std::string state(100'000, 'x');
  socket.send(state);
  EXPECT_EQ(next_line(admitted[0].socket, &socket), state);
}

TEST_P(AdmissionTest, TurnsAwayWhoDoesNot) {
  const std::string token = kToken;
  for (const std::string& line :
       {hello("", 1), hello(token.substr(1), 1), hello(token + "0", 1), hello("1123456789abcdef0123456789abcdef", 1),
        hello(token, 0), hello(token, -1), hello(token, kRanks), std::string(), std::string("x"),
        std::string("{\"kind\":\"hello\",\"token\":0,\"rank\":1,\"host\":\"\"}"),
        std::string("{\"kind\":\"hello\",\"token\":[],\"rank\":1,\"host\":\"\"}"),
        std::string("{\"kind\":\"abort\",\"exit_code\":0}"), std::string("\xff\xfe"), std::string(900, '['),
        std::string(Admission::kLongestHello + 1, 'x')})
    EXPECT_TRUE(turns_away(caller_saying(line))) << line;
}

/// How many inputs a test tries: SCALEMARK_CAMPAIGN, or few enough for every run.
int campaign(int few) {
  const char* many = std::getenv("SCALEMARK_CAMPAIGN");
  return many != nullptr ? std::atoi(many) : few;
}

TEST_P(AdmissionTest, AMutatedHelloIsLetInOnlyIfTheTokenIsInIt) {
  const std::vector<std::string> words{"\n", "\"", "{", "}", "[", "]", ":", ",", "null", "1e999", "-1", "\\u0000"};
  fuzz::Random random(1);
  for (int input = campaign(2000); input > 0; --input) {
    std::string line = hello(kToken, 1);
    fuzz::mutate_bytes(line, words, random);
    LineSocket socket = caller_saying(line);
    const auto decided = [&](const auto& all) { return !all.empty() || !socket.pump(); };
    for (const auto& rank : admit_until(decided)) {
      EXPECT_NE(line.find(kToken), std::string::npos) << line;
      EXPECT_TRUE(rank.rank == 1 || rank.rank == 2) << line;
    }
    ASSERT_EQ(pending(), 0U);
  }
}

TEST_P(AdmissionTest, ARankThatHadNoAnswerComesAgain) {
  { const LineSocket gave_up = caller_saying(hello(kToken, 1)); }
  const LineSocket without_answer = caller_saying(hello(kToken, 1));
  EXPECT_EQ(admit_one().size(), 1U);
  const LineSocket again = caller_saying(hello(kToken, 1));
  EXPECT_EQ(admit_one().size(), 1U);
}

TEST_P(AdmissionTest, WhoSaysNoHelloIsTurnedAwayAfterAWhile) {
  LineSocket silent = caller();
  LineSocket slow = caller();
  slow.send("{\"kind\":\"hello\",");
  EXPECT_TRUE(admit_until([&](const auto&) { return pending() == 2; }).empty());
  EXPECT_TRUE(turns_away(std::move(silent), Admission::kHelloWithin));
  EXPECT_TRUE(turns_away(std::move(slow), Admission::kHelloWithin));
}

TEST_P(AdmissionTest, ALineWithoutEndIsTurnedAway) {
  LineSocket endless = caller();
  for (int line = 0; line < 100'000; ++line) endless.send("");
  endless.send(std::string(10'000'000, 'x'));
  EXPECT_TRUE(turns_away(std::move(endless)));
}

TEST_P(AdmissionTest, ARankGetsInThroughACrowd) {
  constexpr int kStrangers = 1500;
  std::deque<LineSocket> strangers;
  for (int i = 0; i < kStrangers; ++i) {
    strangers.push_back(caller());
    if (i % 100 == 0) {
      EXPECT_TRUE(admission_->admit(Clock::now()).empty());
    }
    ASSERT_LE(pending(), Admission::kMostPending);
  }
  const LineSocket rank = caller_saying(hello(kToken, 1));
  EXPECT_EQ(admit_one().at(0).rank, 1);
  EXPECT_LE(pending(), Admission::kMostPending);
}

TEST_P(AdmissionTest, OneTurnTakesBoundedCalls) {
  std::deque<LineSocket> strangers;
  for (int i = 0; i < 2 * Admission::kMostAcceptedAtOnce; ++i) strangers.push_back(caller());
  const LineSocket rank = caller_saying(hello(kToken, 1));
  EXPECT_TRUE(admission_->admit(Clock::now()).empty());
  EXPECT_TRUE(admission_->admit(Clock::now()).empty());
  EXPECT_EQ(admit_one().size(), 1U);
}

TEST_P(AdmissionTest, AnotherUserOfThisHostIsNotHeard) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can call as another user";
  if (!GetParam()) GTEST_SKIP() << "over the network the token tells";
  const pid_t stranger = fork();
  ASSERT_GE(stranger, 0);
  if (stranger == 0) {
    if (setresuid(kNobody, kNobody, kNobody) != 0) _exit(2);
    const auto target = socket_address(point_.addresses.back(), 0);
    const Descriptor caller(socket(AF_UNIX, SOCK_STREAM, 0));
    const std::string line = hello(kToken, 1) + '\n';
    if (connect(caller.get(), target->generic(), target->size) != 0) _exit(3);
    static_cast<void>(send(caller.get(), line.data(), line.size(), MSG_NOSIGNAL));
    char answer = 0;
    _exit(recv(caller.get(), &answer, 1, 0) > 0 ? 1 : 0);
  }
  int status = -1;
  std::size_t admitted = 0;
  while (waitpid(stranger, &status, WNOHANG) == 0) admitted += admission_->admit(Clock::now()).size();
  EXPECT_EQ(admitted, 0U);
  EXPECT_EQ(WEXITSTATUS(status), 0) << "it was answered, or not hung up on";
}

TEST(MeetingPoint, IsOneLineOfText) {
  const MeetingPoint point{kToken, 4711, "node1", "4c0ffee:17", {"10.0.0.1", "2001:db8::1", "127.0.0.1"}};
  const MeetingPoint read = meeting_point_of(to_text(point));
  EXPECT_EQ(read.token, point.token);
  EXPECT_EQ(read.port, point.port);
  EXPECT_EQ(read.host, point.host);
  EXPECT_EQ(read.network, point.network);
  EXPECT_EQ(read.addresses, point.addresses);
}

TEST(MeetingPoint, IsReachedOverIPv4AndIPv6) {
  const Listener listener = Listener::for_every_host();
  EXPECT_TRUE(connect_to("127.0.0.1", listener.port(), 3).has_value());
  if (!connect_to("::1", listener.port(), 3)) GTEST_SKIP() << "this host has no IPv6";
}

TEST(MeetingPoint, TokensDiffer) {
  const Listener listener = Listener::for_this_user();
  const std::string token = meeting_point_at(listener).token;
  EXPECT_EQ(token.size(), 32U);
  EXPECT_NE(token, meeting_point_at(listener).token);
}

/// Whether call() finds rank 0, which has `token_there` and is at a `listener` of the network `network`.
bool finds_rank_0(const std::string& token_there, Listener listener, const std::string& network, double seconds) {
  MeetingPoint point = meeting_point_at(listener);
  Admission admission(std::move(listener), token_there, kRanks);
  point.token = kToken;
  point.network = network;
  std::atomic<bool> done{false};
  std::vector<Admission::Admitted> admitted;
  std::thread leader([&] {
    while (!done) {
      for (auto& rank : admission.admit(Clock::now())) admitted.push_back(std::move(rank));
    }
  });
  const bool found = call(point, 1, seconds).has_value();
  done = true;
  leader.join();
  return found;
}

TEST(MeetingPoint, ACallIsAnsweredByWhoKnowsTheTokenAlone) {
  EXPECT_TRUE(finds_rank_0(kToken, Listener::for_this_user(), own_network(), kLong));
  EXPECT_TRUE(finds_rank_0(kToken, Listener::for_every_host(), own_network(), kLong));
  EXPECT_FALSE(finds_rank_0("ffffffffffffffffffffffffffffffff", Listener::for_this_user(), own_network(), kShort));
}

TEST(MeetingPoint, WhoListensAtThisMachineIsNotRank0OfAnother) {
  EXPECT_FALSE(finds_rank_0(kToken, Listener::for_every_host(), "elsewhere:1", kShort));
}

TEST(OwnNetwork, IsAnotherInAnotherNamespace) {
  const std::string here = own_network();
  EXPECT_EQ(own_network(), here);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    if (unshare(CLONE_NEWNET) != 0) _exit(2);
    _exit(own_network() == here ? 1 : 0);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  if (WEXITSTATUS(status) == 2) GTEST_SKIP() << "no network namespaces here";
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace scalemark::monitor
