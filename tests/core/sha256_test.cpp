#include "core/hash/sha256.h"

#include <gtest/gtest.h>

#include <string>

namespace scalemark {
namespace {

// NIST's examples for FIPS 180-4, and sha256sum of nothing.
TEST(Sha256, IsThePublishedOne) {
  EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  constexpr std::size_t kMillion = 1'000'000;
  EXPECT_EQ(sha256(std::string(kMillion, 'a')), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

}  // namespace
}  // namespace scalemark
