// By a clock that jumps to the moment that is waited for: what the model asks to wait is seen to the nanosecond, and no
// load of the machine changes it.
#include "data/storage_model.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "data/counting_dataset.h"

namespace scalemark::data {
namespace {

constexpr std::int64_t kSize = 100;
constexpr double kNanosecond = 1e-9;

class JumpingClock final : public WaitingClock {
 public:
  Moment now() override {
    const std::scoped_lock lock(mutex_);
    return now_;
  }
  void sleep_until(Moment moment) override {
    const std::scoped_lock lock(mutex_);
    now_ = std::max(now_, moment);
  }
  double seconds() { return std::chrono::duration<double>(now().time_since_epoch()).count(); }

 private:
  std::mutex mutex_;
  Moment now_;
};

class StorageModelTest : public ::testing::Test {
 protected:
  std::unique_ptr<Dataset> behind(const StorageModel& model, std::uint64_t seed = 1) {
    return behind_storage(std::make_unique<CountingDataset>(kSize), model, seed, clock_);
  }

  /// What the clock passed in each read.
  std::vector<double> seconds_of_reads(const Dataset& dataset, std::int64_t first, std::int64_t count) {
    std::vector<double> seconds;
    std::vector<std::uint8_t> buffer;
    for (std::int64_t i = first; i < first + count; ++i) {
      const double before = clock_->seconds();
      dataset.fetch(i, buffer);
      seconds.push_back(clock_->seconds() - before);
    }
    return seconds;
  }

  std::shared_ptr<JumpingClock> clock_ = std::make_shared<JumpingClock>();
};

TEST_F(StorageModelTest, EveryReadTakesTheLatency) {
  const auto dataset = behind({.latency_seconds = 0.01});
  for (const double seconds : seconds_of_reads(*dataset, 0, 10)) EXPECT_NEAR(seconds, 0.01, kNanosecond);
}

TEST_F(StorageModelTest, ReadsAskedForTogetherWaitTogether) {
  const auto dataset = behind({.latency_seconds = 0.2});
  std::vector<std::int64_t> indices;
  for (std::int64_t i = 0; i < kSize; ++i) indices.push_back(i);
  std::vector<StoredImage> images(kSize);
  dataset->fetch_all(indices, images);
  EXPECT_NEAR(clock_->seconds(), 0.2, kNanosecond);
  for (std::int64_t i = 0; i < kSize; ++i) EXPECT_EQ(images[i].bytes()[1], CountingDataset::pixel(i, 1)) << i;
}

TEST_F(StorageModelTest, JitterIsDrawnForEachImageUpToItsSize) {
  const StorageModel model{.latency_seconds = 0.001, .jitter_seconds = 0.002};
  const auto seconds = seconds_of_reads(*behind(model), 0, kSize);
  const auto [least, most] = std::minmax_element(seconds.begin(), seconds.end());
  // Of 100 evenly spread draws the outermost lie within a tenth of the ends but for one seed in 19,000.
  EXPECT_GE(*least, 0.001 - kNanosecond);
  EXPECT_LT(*least, 0.0012);
  EXPECT_GT(*most, 0.0028);
  EXPECT_LE(*most, 0.003 + kNanosecond);
  EXPECT_EQ(std::set<double>(seconds.begin(), seconds.end()).size(), seconds.size());
}

TEST_F(StorageModelTest, JitterIsTheSamePerImageAndSeed) {
  const StorageModel model{.jitter_seconds = 0.002};
  const auto seconds = seconds_of_reads(*behind(model), 0, kSize);
  const auto later = seconds_of_reads(*behind(model), 50, 50);
  const auto others = seconds_of_reads(*behind(model, 2), 0, kSize);
  for (std::size_t i = 0; i < later.size(); ++i) EXPECT_NEAR(later[i], seconds[50 + i], 2 * kNanosecond);
  EXPECT_NE(others, seconds);
}

TEST_F(StorageModelTest, AllReadsShareTheBandwidth) {
  const auto image_bytes = static_cast<double>(CountingDataset::kShape.bytes());
  const auto dataset = behind({.bandwidth_bytes_per_second = 100 * image_bytes});
  {
    std::jthread other([&] { seconds_of_reads(*dataset, 10, 10); });
    seconds_of_reads(*dataset, 0, 10);
  }
  EXPECT_NEAR(clock_->seconds(), 0.2, 20 * kNanosecond);
}

}  // namespace
}  // namespace scalemark::data
