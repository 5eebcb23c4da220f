#include "data/formats/idx.h"

#include <gmock/gmock.h>

#include "data/sample_files.h"

namespace scalemark::data {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

class IdxTest : public ::testing::Test {
 protected:
  std::string error_of(const Bytes& bytes, std::size_t dimensions = 2) {
    const auto path = folder_.write("array", bytes);
    std::string message = input_error([&] { read_idx(path, dimensions); });
    EXPECT_EQ(message.substr(0, path.string().size()), path.string());
    return message.substr(std::min(message.size(), path.string().size()));
  }

  TemporaryFolder folder_;
  const Bytes values_ = counting_bytes(6);
  const Bytes plain_ = idx_bytes({2, 3}, values_);
};

TEST_F(IdxTest, ReadsPlainAndGzipFiles) {
  for (const Bytes& bytes : {plain_, gzip(plain_)}) {
    const IdxArray array = read_idx(folder_.write("array", bytes), 2);
    EXPECT_EQ(array.sizes, (std::vector<std::int64_t>{2, 3}));
    EXPECT_EQ(Bytes(array.values().begin(), array.values().end()), values_);
  }
}

TEST_F(IdxTest, ReadsDataThatOutgrowTheFirstBuffer) {
  const Bytes values = counting_bytes(3'000'000);
  const IdxArray array = read_idx(folder_.write("array", gzip(idx_bytes({3'000'000}, values))), 1);
  EXPECT_TRUE(std::equal(values.begin(), values.end(), array.values().begin(), array.values().end()));
}

TEST_F(IdxTest, RefusesAnotherMagicNumber) {
  Bytes bytes = plain_;
  bytes[2] = 9;  // signed bytes
  EXPECT_THAT(error_of(bytes),
              EndsWith(": offset 0: magic number 0x00000902; expected 0x00000802 (IDX, unsigned bytes, 2 dimensions)"));
  EXPECT_THAT(error_of(plain_, 1), HasSubstr("magic number 0x00000802; expected 0x00000801"));
}

TEST_F(IdxTest, RefusesACutHeader) {
  EXPECT_THAT(error_of({}), EndsWith(": offset 0: the file ends; expected an IDX header of 12 bytes"));
  EXPECT_THAT(error_of(Bytes(plain_.begin(), plain_.begin() + 11)), HasSubstr(": offset 11: the file ends"));
}

TEST_F(IdxTest, RefusesMissingAndTrailingValues) {
  Bytes bytes = plain_;
  bytes.push_back(0);
  EXPECT_THAT(error_of(bytes), EndsWith(": offset 18: 1 bytes follow the 2 x 3 values; expected the end of the file"));
  bytes.resize(17);
  EXPECT_THAT(error_of(bytes), HasSubstr(": offset 17: the data end; expected 2 x 3 values"));
  EXPECT_THAT(error_of(gzip(bytes)), HasSubstr(": offset 17 of the uncompressed data: the data end"));
}

TEST_F(IdxTest, RefusesSizesWhoseProductOverflows) {
  EXPECT_THAT(error_of(idx_bytes({0xffffffff, 0xffffffff, 0xffffffff}, values_), 3),
              HasSubstr(": offset 22: the data end; expected 4294967295 x 4294967295 x 4294967295 values"));
  // 2^31 x 2^31 x 4 is 0 in 64 bits.
  EXPECT_THAT(error_of(idx_bytes({0x80000000, 0x80000000, 4}, {}), 3), HasSubstr(": offset 16: the data end"));
}

TEST_F(IdxTest, RefusesCutGzipData) {
  Bytes bytes = gzip(plain_);
  bytes.resize(bytes.size() - 3);
  EXPECT_THAT(error_of(bytes), HasSubstr(": offset " + std::to_string(bytes.size()) +
                                         ": the file ends within its gzip data; expected more"));
}

TEST_F(IdxTest, RefusesAWrongGzipChecksum) {
  Bytes bytes = gzip(plain_);
  bytes[bytes.size() - 8] ^= 1;  // RFC 1952: CRC-32, then the uncompressed size
  EXPECT_THAT(error_of(bytes), HasSubstr(": damaged gzip data (incorrect data check)"));
}

TEST_F(IdxTest, RefusesBytesAfterTheGzipData) {
  Bytes bytes = gzip(plain_);
  const std::string end = std::to_string(bytes.size());
  bytes.insert(bytes.end(), {1, 2, 3});
  EXPECT_THAT(error_of(bytes),
              EndsWith(": offset " + end + ": 3 bytes follow the gzip data; expected the end of the file"));
}

TEST_F(IdxTest, RefusesWhatIsNoFile) {
  const auto message = input_error([&] { read_idx(folder_.path(), 1); });
  EXPECT_THAT(message, EndsWith(": offset 0: is not a regular file"));
}

}  // namespace
}  // namespace scalemark::data
