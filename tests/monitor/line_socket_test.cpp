#include "monitor/line_socket.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

namespace scalemark::monitor {
namespace {

std::pair<LineSocket, LineSocket> connected(std::size_t longest_line = LineSocket::kLongestLine) {
  std::array<int, 2> ends{};
  EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()), 0);
  return {LineSocket(Descriptor(ends[0])), LineSocket(Descriptor(ends[1]), longest_line)};
}

/// Everything that comes until the other end is gone.
std::vector<std::string> all_lines(LineSocket& from, LineSocket& to) {
  std::vector<std::string> lines;
  for (int quiet = 0; quiet < 3;) {
    from.pump();
    EXPECT_TRUE(to.pump());
    const auto some = to.take_lines();
    quiet = some.empty() ? quiet + 1 : 0;
    lines.insert(lines.end(), some.begin(), some.end());
  }
  return lines;
}

TEST(LineSocket, CarriesLinesInOrder) {
  auto [from, to] = connected();
  std::vector<std::string> sent;
  for (int i = 0; i < 20'000; ++i)
    sent.push_back(std::string(static_cast<std::size_t>(i % 70), 'a') + std::to_string(i));
  for (const auto& line : sent) from.send(line);
  EXPECT_EQ(all_lines(from, to), sent);
}

TEST(LineSocket, ManyNewlinesAreManyEmptyLines) {
  auto [from, to] = connected();
  constexpr std::size_t kLines = 3'000'000;
  from.send(std::string(kLines - 1, '\n'));
  const auto lines = all_lines(from, to);
  EXPECT_EQ(lines.size(), kLines);
  EXPECT_EQ(lines.front(), "");
}

TEST(LineSocket, KeepsAnUnfinishedLineForLater) {
  auto [from, to] = connected();
  ASSERT_EQ(send(from.fd(), "one\ntw", 6, 0), 6);
  ASSERT_TRUE(to.pump());
  EXPECT_EQ(to.take_lines(), std::vector<std::string>{"one"});
  ASSERT_EQ(send(from.fd(), "o\n", 2, 0), 2);
  ASSERT_TRUE(to.pump());
  EXPECT_EQ(to.take_lines(), std::vector<std::string>{"two"});
}

TEST(LineSocket, ALineOfAnyLengthUpToTheLongestIsTakenAndALongerOneEndsIt) {
  constexpr std::size_t kLongest = 1000;
  auto [from, to] = connected(kLongest);
  from.send(std::string(kLongest, 'x'));
  EXPECT_EQ(all_lines(from, to), std::vector<std::string>{std::string(kLongest, 'x')});
  from.send(std::string(10 * kLongest, 'x'));
  from.pump();
  bool alive = true;
  for (int turn = 0; turn < 10 && alive; ++turn) {
    alive = to.pump();
    EXPECT_TRUE(to.take_lines().empty());
  }
  EXPECT_FALSE(alive);
}

TEST(LineSocket, MoreLinesThanOneLookTakesAreNoFault) {
  constexpr std::size_t kLongest = 100;
  auto [from, to] = connected(kLongest);
  for (int i = 0; i < 1000; ++i) from.send("0123456789");
  EXPECT_EQ(all_lines(from, to).size(), 1000U);
}

TEST(LineSocket, WholeLinesThatNobodyTookYetAreNoFault) {
  constexpr std::size_t kLongest = 100;
  auto [from, to] = connected(kLongest);
  std::size_t taken = 0;
  for (int i = 0; i < 1000; ++i) from.send("0123456789");
  for (int turn = 0; turn < 500; ++turn) {
    from.pump();
    ASSERT_TRUE(to.pump());
    ASSERT_TRUE(to.pump());
    taken += to.take_lines().size();
  }
  EXPECT_EQ(taken, 1000U);
}

// A good-bye, say, which this end would else take for a death.
TEST(LineSocket, HearsTheLastWordsOfWhoIsGone) {
  auto ends = connected();
  {
    LineSocket gone = std::move(ends.first);
    gone.send("bye");
    gone.pump();
  }
  ends.second.send("to nobody");
  EXPECT_FALSE(ends.second.pump());
  EXPECT_EQ(ends.second.take_lines(), std::vector<std::string>{"bye"});
}

TEST(LineSocket, TellsThatTheOtherEndIsGone) {
  auto ends = connected();
  { const LineSocket gone = std::move(ends.first); }
  EXPECT_FALSE(ends.second.pump());
}

}  // namespace
}  // namespace scalemark::monitor
