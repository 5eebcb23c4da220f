// What a killed job leaves in shared memory and in the folder of sessions, in a root of files that stand for them.
#include "doctor/leftovers.h"

#include <gmock/gmock.h>

#include "core/host_name.h"
#include "doctor/checks.h"
#include "doctor/made_up_job.h"
#include "temporary_folder.h"

namespace scalemark::doctor {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class LeftoversTest : public ::testing::Test {
 protected:
  LeftoversTest() {
    for (const std::string& folder : {std::string("dev/shm"), std::string("proc/7"), std::string("proc/self"), own_})
      std::filesystem::create_directories(root_.path() / folder);
    root_.write("proc/7/maps", "7f0000000000-7f0000400000 rw-s 00000000 00:19 5 /dev/shm/vader_segment.node.0.aa.1\n");
  }

  LeftoverFacts find() const { return find_leftovers(root_.path(), root_.path() / "session"); }
  std::string path_of(const std::string& name) const { return (root_.path() / name).string(); }

  const std::string own_ = "session/ompi." + host_name().substr(0, host_name().find('.')) + ".0";
  TemporaryFolder root_;
};

TEST_F(LeftoversTest, SharedMemoryThatAProcessHoldsIsNone) {
  root_.write("dev/shm/vader_segment.node.0.aa.1", "12345");
  root_.write("dev/shm/somebody_elses_idea", "1");
  EXPECT_THAT(find().paths, IsEmpty());
}

TEST_F(LeftoversTest, SharedMemoryThatNobodyHoldsIsNamedWithItsBytes) {
  root_.write("dev/shm/vader_segment.node.0.aa.0", "12345");
  root_.write("dev/shm/nccl-Ab12Cd", "678");
  EXPECT_THAT(find().paths, ElementsAre(path_of("dev/shm/nccl-Ab12Cd"), path_of("dev/shm/vader_segment.node.0.aa.0")));
  EXPECT_EQ(find().bytes, 8);
}

TEST_F(LeftoversTest, AProcessThatMayNotBeLookedIntoHidesNothing) {
  root_.write("dev/shm/vader_segment.node.0.aa.0", "12345");
  std::filesystem::create_directories(root_.path() / "proc/8");  // without maps
  EXPECT_EQ(find().bytes, 5);
}

TEST_F(LeftoversTest, ASessionIsOverWithItsLauncher) {
  // On another host of a shared folder the process may live.
  for (const std::string& folder :
       {own_ + "/pid.7", own_ + "/pid.9", own_ + "/jf.1", std::string("session/ompi.else.0/pid.9")})
    std::filesystem::create_directories(root_.path() / folder);
  root_.write(own_ + "/pid.9/contact.txt", "1234");
  EXPECT_THAT(find().paths, ElementsAre(path_of(own_ + "/pid.9")));
  EXPECT_EQ(find().bytes, 4);
}

TEST(Leftovers, AreSaidWithTheCommandThatRemovesThem) {
  JobFacts job = made_up_job(2, 1);
  EXPECT_THAT(check_leftovers(job), IsEmpty());
  job.ranks[1].leftovers = {{"/dev/shm/nccl-a", "/tmp/ompi.b"}, 4 << 20};
  job.ranks[1] = rank_facts_of(to_text(job.ranks[1]));
  const Findings findings = check_leftovers(job);
  ASSERT_TRUE(is_warning(findings));
  EXPECT_NE(findings.front().what.find("4.00 MiB on gv02"), std::string::npos) << findings.front().what;
  EXPECT_EQ(findings.front().mend, "rm -r /dev/shm/nccl-a /tmp/ompi.b");
}

}  // namespace
}  // namespace scalemark::doctor
