#include "data/image_check.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>

namespace scalemark::data {
namespace {

constexpr std::size_t kSample = 256;
constexpr std::size_t kChunk = 64;  // images that a thread takes at once

class Looks {
 public:
  using Clock = std::chrono::steady_clock;

  Looks(const Dataset& dataset, const ImageCheckShare& share)
      : dataset_(dataset),
        order_(dataset.in_storage_order()),
        stride_(std::max<std::size_t>(1, order_.size() / kSample)),
        share_(share),
        end_(Clock::now() +
             std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(share.limit_seconds))) {}

  /// What one thread does: takes chunks until there are none.
  ImageCheck work() {
    ImageCheck found;
    ImageScratch scratch;
    for (std::size_t begin = take_chunk(); begin < order_.size(); begin = take_chunk()) {
      const std::size_t end = std::min(begin + kChunk, order_.size());
      if (Clock::now() >= end_) {
        found.unseen += static_cast<std::int64_t>(end - begin);
        continue;
      }
      for (std::size_t place = begin; place < end; ++place) look_at(place, scratch, found);
    }
    return found;
  }

 private:
  /// The place of the next chunk's first image; beyond the last one where there is none.
  std::size_t take_chunk() {
    const std::size_t turn = next_++;
    return (turn * static_cast<std::size_t>(share_.parts) + static_cast<std::size_t>(share_.part)) * kChunk;
  }

  void look_at(std::size_t place, ImageScratch& scratch, ImageCheck& found) const {
    const bool whole = place % stride_ == 0 || place + 1 == order_.size();
    found.decoded += whole ? 1 : 0;
    try {
      ++(dataset_.look_at(order_[place], whole, scratch) ? found.checked : found.unseen);
    } catch (const DamagedImage& error) {
      ++found.checked;
      ++found.damaged;
      if (std::ssize(found.damages) < kMostDamages) found.damages.emplace_back(error.what());
    }
  }

  const Dataset& dataset_;
  std::vector<std::int64_t> order_;
  std::size_t stride_;
  ImageCheckShare share_;
  Clock::time_point end_;
  std::atomic<std::size_t> next_ = 0;
};

}  // namespace

void ImageCheck::add(const ImageCheck& other) {
  checked += other.checked;
  decoded += other.decoded;
  unseen += other.unseen;
  damaged += other.damaged;
  damages.insert(damages.end(), other.damages.begin(), other.damages.end());
  std::ranges::sort(damages);
  if (std::ssize(damages) > kMostDamages) damages.resize(kMostDamages);
}

ImageCheck check_images(const Dataset& dataset, const ImageCheckShare& share) {
  ImageCheck all;
  if (dataset.encoding() == Encoding::kPixels) return all;
  Looks looks(dataset, share);
  std::vector<std::future<ImageCheck>> threads;
  for (int thread = 1; thread < share.threads; ++thread)
    threads.push_back(std::async(std::launch::async, [&looks] { return looks.work(); }));
  all.add(looks.work());
  for (auto& thread : threads) all.add(thread.get());
  return all;
}

}  // namespace scalemark::data
