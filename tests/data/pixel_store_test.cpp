// Rounding to the 16-bit types, held against the numbers themselves: every one of them, every value half-way to the
// next, and the floats beside those.
#include "data/formats/pixel_store.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace scalemark::data {
namespace {

/// How a type divides its 16 bits: a sign, the exponent, and this many bits of fraction.
template <typename Value>
constexpr int kFractionBits = 0;
template <>
constexpr int kFractionBits<Bfloat16> = 7;
template <>
constexpr int kFractionBits<Float16> = 10;

/// The number that the bits stand for, by the definition of IEEE 754. The bits of infinity give the power of two that
/// follows the largest number, which is where rounding to nearest puts its limit.
template <typename Value>
double number_of(unsigned bits) {
  constexpr int kBias = (1 << (14 - kFractionBits<Value>)) - 1;
  const unsigned exponent = bits >> kFractionBits<Value>;
  const unsigned fraction = bits & ((1U << kFractionBits<Value>)-1);
  const unsigned significand = exponent == 0 ? fraction : fraction + (1U << kFractionBits<Value>);
  return std::ldexp(significand, static_cast<int>(exponent == 0 ? 1 : exponent) - kBias - kFractionBits<Value>);
}

template <typename Value>
unsigned stored(float value) {
  Value output;
  store_pixel(value, output);
  return output.bits;
}

template <typename Value>
class PixelStoreTest : public ::testing::Test {
 protected:
  static constexpr unsigned kInfinity = 0x7fffU >> kFractionBits<Value> << kFractionBits<Value>;
  static constexpr unsigned kSign = 0x8000;

  static void expect_stored(float value, unsigned bits) {
    ASSERT_EQ(stored<Value>(value), bits) << value;
    ASSERT_EQ(stored<Value>(-value), bits | kSign) << -value;
  }
};

using SixteenBitTypes = ::testing::Types<Bfloat16, Float16>;
TYPED_TEST_SUITE(PixelStoreTest, SixteenBitTypes);

TYPED_TEST(PixelStoreTest, KeepsEveryNumberThatTheTypeHas) {
  for (unsigned bits = 0; bits < this->kInfinity; ++bits) {
    this->expect_stored(static_cast<float>(number_of<TypeParam>(bits)), bits);
  }
}

TYPED_TEST(PixelStoreTest, RoundsToTheNearestAndFromHalfWayToTheEven) {
  for (unsigned bits = 0; bits < this->kInfinity; ++bits) {
    const auto middle = static_cast<float>((number_of<TypeParam>(bits) + number_of<TypeParam>(bits + 1)) / 2);
    this->expect_stored(middle, bits % 2 == 0 ? bits : bits + 1);
    this->expect_stored(std::nextafter(middle, 0.0F), bits);
    this->expect_stored(std::nextafter(middle, std::numeric_limits<float>::infinity()), bits + 1);
  }
}

TYPED_TEST(PixelStoreTest, GivesInfinityForWhatIsTooLarge) {
  this->expect_stored(std::numeric_limits<float>::infinity(), this->kInfinity);
  this->expect_stored(std::numeric_limits<float>::max(), this->kInfinity);
}

}  // namespace
}  // namespace scalemark::data
