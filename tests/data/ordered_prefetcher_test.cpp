#include "data/loader/ordered_prefetcher.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <semaphore>
#include <stdexcept>
#include <string>

namespace scalemark::data {
namespace {

constexpr int kParts = 3;
using Item = std::vector<std::int64_t>;

/// Item n is {10 n, 10 n + 1, 10 n + 2}, one value per part.
PrefetchWork<Item> counting_work() {
  return {[](std::int64_t number) { return Item(kParts, number * 10); },
          [](Item& item, int part) { item[part] += part; }, kParts};
}

Item expected_item(std::int64_t number) { return {number * 10, number * 10 + 1, number * 10 + 2}; }

/// The message of the std::runtime_error that `call` throws, empty where it throws none.
template <typename Call>
std::string error_of(Call call) {
  try {
    call();
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return {};
}

class OrderedPrefetcherTest : public ::testing::TestWithParam<int> {};  // the number of workers

TEST_P(OrderedPrefetcherTest, GivesTheItemsInOrder) {
  for (const int ahead : {0, 1, 2, 7}) {
    OrderedPrefetcher<Item> prefetcher(counting_work(), GetParam(), ahead);
    for (int i = 0; i < 200; ++i) ASSERT_EQ(prefetcher.next(), expected_item(i));
  }
}

/// Counts what is alive and under way: nothing may be when a prefetcher has ended.
struct Watched {
  using Living = std::shared_ptr<Item>;

  /// Makes what counting_work() does; `fail` is called in each part.
  PrefetchWork<Living> work(std::function<void()> fail = [] {}) {
    return {[this](std::int64_t number) {
              const Call call(under_way);
              ++alive;
              return Living(new Item(kParts, number * 10), [this](Item* item) {
                delete item;
                --alive;
              });
            },
            [this, fail = std::move(fail)](Living& item, int part) {
              const Call call(under_way);
              fail();
              (*item)[part] += part;
            },
            kParts};
  }

  struct Call {
    explicit Call(std::atomic<int>& calls) : calls_(calls) { ++calls_; }
    ~Call() { --calls_; }
    std::atomic<int>& calls_;
  };

  std::atomic<int> alive = 0;
  std::atomic<int> under_way = 0;
};

TEST_P(OrderedPrefetcherTest, EndsAtAnyMomentAndLeavesNothing) {
  Watched watched;
  for (int round = 0; round < 40; ++round) {
    std::vector<Watched::Living> taken;
    {
      OrderedPrefetcher<Watched::Living> prefetcher(watched.work(), GetParam(), 2);
      for (int i = 0; i < round % 4; ++i) taken.push_back(prefetcher.next());
    }
    EXPECT_EQ(watched.under_way, 0) << "a thread works on after the end";
    EXPECT_EQ(watched.alive, round % 4) << "what was ready and not taken is freed";
    for (int i = 0; i < round % 4; ++i) EXPECT_EQ(*taken[i], expected_item(i));
  }
}

TEST_P(OrderedPrefetcherTest, RunsAheadNoFurtherThanAllowed) {
  constexpr int kAhead = 2;
  std::atomic<std::int64_t> begun = 0;
  auto work = counting_work();
  work.start = [&](std::int64_t number) {
    begun = number + 1;
    return Item(kParts, number * 10);
  };
  OrderedPrefetcher<Item> prefetcher(work, GetParam(), kAhead);
  for (int i = 0; i < 100; ++i) {
    prefetcher.next();
    EXPECT_LE(begun, i + 1 + kAhead);
  }
}

TEST_P(OrderedPrefetcherTest, ThrowsWhatAPartThrewInItsTurnAndOnce) {
  auto work = counting_work();
  work.fill = [](Item& item, int part) {
    if (item[part] == 50 && part >= 1) throw std::runtime_error("part " + std::to_string(part));
    item[part] += part;
  };
  for (int round = 0; round < 20; ++round) {
    OrderedPrefetcher<Item> prefetcher(work, GetParam(), 4);
    for (int i = 0; i < 5; ++i) ASSERT_EQ(prefetcher.next(), expected_item(i));
    EXPECT_EQ(error_of([&] { prefetcher.next(); }), "part 1");
    EXPECT_THROW(prefetcher.next(), std::logic_error);
  }
}

TEST_P(OrderedPrefetcherTest, ThrowsWhatTheBeginningOfAnItemThrew) {
  auto work = counting_work();
  work.start = [](std::int64_t number) {
    if (number == 2) throw std::runtime_error("no memory");
    return Item(kParts, number * 10);
  };
  OrderedPrefetcher<Item> prefetcher(work, GetParam(), 4);
  for (int i = 0; i < 2; ++i) ASSERT_EQ(prefetcher.next(), expected_item(i));
  EXPECT_EQ(error_of([&] { prefetcher.next(); }), "no memory");
  EXPECT_THROW(prefetcher.next(), std::logic_error);
}

TEST_P(OrderedPrefetcherTest, EndsWithAnErrorThatNobodyAskedForAndLeavesNothing) {
  Watched watched;
  for (int i = 0; i < 20; ++i) {
    {
      const OrderedPrefetcher<Watched::Living> prefetcher(watched.work([] { throw std::runtime_error("damaged"); }),
                                                          GetParam(), 2);
    }
    EXPECT_EQ(watched.under_way, 0);
    EXPECT_EQ(watched.alive, 0);
  }
}

INSTANTIATE_TEST_SUITE_P(Workers, OrderedPrefetcherTest, ::testing::Values(0, 1, 2, 4));

/// Two threads that wait for each other; who comes after them need not wait.
class Meeting {
 public:
  /// False where nobody came in half a minute.
  bool meet() {
    std::unique_lock lock(mutex_);
    ++arrived_;
    both_.notify_all();
    return both_.wait_for(lock, std::chrono::seconds(30), [this] { return arrived_ >= 2; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable both_;
  int arrived_ = 0;
};

TEST(OrderedPrefetcherSharingTest, WorkersShareTheOneItemThatIsNeeded) {
  Meeting meeting;  // of the first item's two parts: one thread alone cannot finish it
  std::atomic<bool> together = true;
  PrefetchWork<Item> work{[](std::int64_t) { return Item(2); },
                          [&](Item&, int) {
                            if (!meeting.meet()) together = false;
                          },
                          2};
  OrderedPrefetcher<Item> prefetcher(work, 2, 1);
  prefetcher.next();
  EXPECT_TRUE(together);
}

TEST(OrderedPrefetcherSharingTest, ThrowsTheFirstFailingPartWhicheverFailsSooner) {
  for (const int slow : {0, 1}) {
    std::counting_semaphore<1> slow_began(0);
    PrefetchWork<Item> work{[](std::int64_t) { return Item(2); },
                            [&](Item&, int part) {
                              if (part == slow) {
                                slow_began.release();
                                std::this_thread::sleep_for(std::chrono::milliseconds(50));
                              } else {
                                slow_began.try_acquire_for(std::chrono::seconds(30));
                              }
                              throw std::runtime_error("part " + std::to_string(part));
                            },
                            2};
    OrderedPrefetcher<Item> prefetcher(work, 2, 1);
    EXPECT_EQ(error_of([&] { prefetcher.next(); }), "part 0");
  }
}

TEST(OrderedPrefetcherSharingTest, FillsTheWindowWhileNobodyAsks) {
  std::counting_semaphore<100> filled(0);
  auto work = counting_work();
  work.fill = [&](Item& item, int part) {
    item[part] += part;
    filled.release();
  };
  OrderedPrefetcher<Item> prefetcher(work, 2, 4);
  for (int i = 0; i < 4 * kParts; ++i) ASSERT_TRUE(filled.try_acquire_for(std::chrono::seconds(30)));
  EXPECT_FALSE(filled.try_acquire_for(std::chrono::milliseconds(50)));  // and nothing beyond it
}  // ends with a full window

}  // namespace
}  // namespace scalemark::data
