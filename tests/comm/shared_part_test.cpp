#include "comm/mpi/shared_part.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <string>

#include "temporary_folder.h"

namespace scalemark::comm {
namespace {

constexpr std::size_t kBytes = 3 * 4096;
constexpr std::uint64_t kToken = 0x0123'4567'89ab'cdef;
constexpr int kFixedSize = F_SEAL_SHRINK | F_SEAL_GROW;

SharedPartAddress address_of(int descriptor, std::uint64_t token = kToken) { return {getpid(), descriptor, token}; }

/// A memfd that begins with the token, as a forger would make it.
Descriptor forged(std::size_t bytes, int seals) {
  Descriptor file(memfd_create("scalemark", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  EXPECT_EQ(ftruncate(file.get(), static_cast<off_t>(bytes)), 0);
  if (bytes >= sizeof(kToken)) {
    EXPECT_EQ(pwrite(file.get(), &kToken, sizeof(kToken), 0), ssize_t{sizeof(kToken)});
  }
  EXPECT_EQ(fcntl(file.get(), F_ADD_SEALS, seals), 0);
  return file;
}

bool is_taken(int descriptor) { return bool(open_shared_part(address_of(descriptor), kBytes)); }

TEST(SharedPart, IsSeenByWhoeverOpensItsAddress) {
  const Descriptor part = make_shared_part(kBytes, kToken);
  std::byte* mine = map_shared_part(part, kBytes);
  std::byte* theirs = map_shared_part(open_shared_part(address_of(part.get()), kBytes), kBytes);
  ASSERT_NE(mine, nullptr);
  ASSERT_NE(theirs, nullptr);
  EXPECT_EQ(std::memcmp(theirs, &kToken, sizeof(kToken)), 0);
  EXPECT_EQ(theirs[kBytes - 1], std::byte{0});
  mine[kBytes - 1] = std::byte{42};
  EXPECT_EQ(theirs[kBytes - 1], std::byte{42});
  munmap(mine, kBytes);
  munmap(theirs, kBytes);
}

TEST(SharedPart, CannotShrinkUnderThoseWhoMapIt) {
  const Descriptor part = make_shared_part(kBytes, kToken);
  EXPECT_NE(ftruncate(part.get(), 0), 0);
  EXPECT_NE(ftruncate(part.get(), 2 * kBytes), 0);
}

TEST(SharedPart, RefusesAnotherSizeTokenOrUnsealedFile) {
  EXPECT_TRUE(is_taken(forged(kBytes, kFixedSize).get()));  // what a forger has to match
  EXPECT_FALSE(is_taken(forged(0, kFixedSize).get()));
  EXPECT_FALSE(is_taken(forged(kBytes - 1, kFixedSize).get()));
  EXPECT_FALSE(is_taken(forged(2 * kBytes, kFixedSize).get()));
  EXPECT_FALSE(is_taken(forged(kBytes, 0).get()));
  EXPECT_FALSE(is_taken(forged(kBytes, F_SEAL_GROW).get()));
  const Descriptor part = make_shared_part(kBytes, kToken);
  EXPECT_FALSE(open_shared_part(address_of(part.get(), kToken + 1), kBytes));
}

TEST(SharedPart, RefusesAFileOnDiskWithTheRightContent) {
  const TemporaryFolder folder;
  std::string content(kBytes, '\0');
  std::memcpy(content.data(), &kToken, sizeof(kToken));
  const Descriptor file(open(folder.write("part", content).c_str(), O_RDWR));
  EXPECT_FALSE(is_taken(file.get()));
}

TEST(SharedPart, RefusesAnotherUsersFile) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
  const Descriptor part = make_shared_part(kBytes, kToken);
  ASSERT_EQ(fchown(part.get(), 65534, 65534), 0);
  EXPECT_FALSE(is_taken(part.get()));
}

TEST(SharedPart, RefusesWhatIsNoFileWithoutWaitingForIt) {
  const TemporaryFolder folder;
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  EXPECT_FALSE(is_taken(ends[0]));
  EXPECT_FALSE(is_taken(ends[1]));
  close(ends[0]);
  close(ends[1]);
  EXPECT_FALSE(is_taken(Descriptor(socket(AF_UNIX, SOCK_STREAM, 0)).get()));
  EXPECT_FALSE(is_taken(Descriptor(open("/dev/zero", O_RDWR)).get()));
  EXPECT_FALSE(is_taken(Descriptor(open(folder.path().c_str(), O_RDONLY)).get()));
}

TEST(SharedPart, RefusesWhatIsNotThere) {
  const int closed = Descriptor(make_shared_part(kBytes, kToken)).get();
  EXPECT_FALSE(is_taken(closed));
  EXPECT_FALSE(is_taken(-1));
  EXPECT_FALSE(open_shared_part({-1, 3, kToken}, kBytes));
}

}  // namespace
}  // namespace scalemark::comm
