#include "train/target/checkpoint.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace scalemark::train {
namespace {

std::vector<at::Tensor> some_tensors() {
  return {at::tensor({1.5F, -2.0F, 0.1F}), at::tensor({std::int64_t{7}}), at::ones({2, 3}, at::kDouble).t(),
          at::empty({0})};
}

Checkpoint some_checkpoint() {
  return {"case, seed 3", 42, {std::string("a\0b", 3), "cd"}, layout_of(some_tensors()), bytes_of(some_tensors())};
}

TEST(Checkpoint, ComesBackAsItWas) {
  const Checkpoint written = some_checkpoint();
  const auto read = decode(encode(written));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->mark, written.mark);
  EXPECT_EQ(read->step, 42);
  EXPECT_EQ(read->generators, written.generators);
  EXPECT_EQ(read->layout, "Float[3] Long[1] Double[3,2] Float[0] ");
  EXPECT_EQ(read->tensors, written.tensors);
  EXPECT_EQ(read->tensors.size(), 3 * 4 + 8 + 6 * 8);
}

TEST(Checkpoint, IsWrittenIntoTensorsWhateverTheirStrides) {
  std::vector<at::Tensor> tensors = some_tensors();
  for (at::Tensor& tensor : tensors) tensor.zero_();
  write_bytes(some_checkpoint().tensors, tensors);
  for (std::size_t i = 0; i < tensors.size(); ++i) EXPECT_TRUE(at::equal(tensors[i], some_tensors()[i])) << i;
  EXPECT_THROW(write_bytes(some_checkpoint().tensors + "x", tensors), std::invalid_argument);
  EXPECT_THROW(write_bytes("short", tensors), std::invalid_argument);
}

TEST(Checkpoint, CutShortAnywhereIsNone) {
  const std::string bytes = encode(some_checkpoint());
  for (std::size_t length = 0; length < bytes.size(); ++length) EXPECT_FALSE(decode(bytes.substr(0, length))) << length;
  EXPECT_FALSE(decode(bytes + "x"));
}

TEST(Checkpoint, WithAnyByteChangedIsNone) {
  const std::string bytes = encode(some_checkpoint());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string changed = bytes;
    changed[i] = static_cast<char>(changed[i] ^ 0x10);
    EXPECT_FALSE(decode(changed)) << i;
  }
}

}  // namespace
}  // namespace scalemark::train
