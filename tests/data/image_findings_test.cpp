// What several hosts found, as one line can say it; and what says that something takes long.
#include "data/image_findings.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

#include "data/late_notice.h"

namespace scalemark::data {
namespace {

HostImages host(std::int64_t checked, std::int64_t unseen, std::int64_t damaged,
                std::vector<std::string> damages = {}) {
  HostImages found;
  found.strict = {
      .checked = checked, .decoded = 2, .unseen = unseen, .damaged = damaged, .damages = std::move(damages)};
  return found;
}

std::string summary(const std::map<std::string, HostImages>& hosts) { return findings_of(hosts, true, 30).summary; }

TEST(ImageFindings, OfOneHostAreItsOwn) {
  EXPECT_EQ(summary({{"a", host(8, 0, 0)}}), "8 images looked at (how their files begin and end), 2 of them decoded");
}

TEST(ImageFindings, HostsThatShareFilesCountThemOnce) {
  const auto findings =
      findings_of({{"a", host(1000, 0, 1, {"x: is empty"})}, {"b", host(1000, 0, 1, {"x: is empty"})}}, true, 30);
  EXPECT_EQ(findings.summary,
            "1000 images looked at on each of 2 hosts (how their files begin and end), 2 of them decoded");
  EXPECT_EQ(findings.damaged, "1 damaged image(s): x: is empty");
}

TEST(ImageFindings, TheHostThatSawTheFewestIsNamed) {
  EXPECT_EQ(summary({{"a", host(1000, 0, 0)}, {"b", host(300, 700, 0)}, {"c", host(900, 100, 0)}}),
            "300 images looked at on b, the host of 3 that saw the fewest (how their files begin and end), 2 of them "
            "decoded; 700 not looked at: a split is checked for 30 s at most, and of a pack only a sample");
}

TEST(ImageFindings, DamagesThatHostsHaveForThemselvesAdd) {
  const auto findings = findings_of({{"a", host(9, 0, 1, {"x"})}, {"b", host(9, 0, 1, {"y"})}}, true, 30);
  EXPECT_EQ(findings.damaged, "2 damaged image(s): x; y");
}

TEST(LateNotice, IsGivenOnceItIsLate) {
  std::promise<void> said;
  const LateNotice notice(0, [&] { said.set_value(); });
  said.get_future().wait();  // for ever, if it is not
}

TEST(LateNotice, IsNotGivenForWhatIsFast) {
  std::atomic<int> times = 0;
  {
    const LateNotice notice(1e6, [&] { ++times; });
  }
  EXPECT_EQ(times, 0);
}

}  // namespace
}  // namespace scalemark::data
