#include "data/skipping_dataset.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <utility>

#include "data/dataset_wrapper.h"

namespace scalemark::data {
namespace {

/// Which images cannot be read, and why.
class DamageLog {
 public:
  void add(std::int64_t index, const std::string& why) {
    const std::scoped_lock lock(mutex_);
    why_.emplace(index, why);
    any_ = true;
  }

  bool holds(std::int64_t index) const {
    if (!any_) return false;
    const std::scoped_lock lock(mutex_);
    return why_.contains(index);
  }

  std::vector<std::string> messages() const {
    const std::scoped_lock lock(mutex_);
    std::vector<std::string> all;
    for (const auto& [index, why] : why_) all.push_back(why);
    std::sort(all.begin(), all.end());
    return all;
  }

 private:
  std::atomic<bool> any_ = false;  // so that a sound data set takes no lock per image
  mutable std::mutex mutex_;
  std::map<std::int64_t, std::string> why_;
};

class SkippingDataset final : public DatasetWrapper {
 public:
  using DatasetWrapper::DatasetWrapper;

  std::vector<std::string> skipped_images() const override { return log_.messages(); }

  std::span<const std::uint8_t> fetch(std::int64_t index, std::vector<std::uint8_t>& buffer) const override {
    try {
      return inner().fetch(index, buffer);
    } catch (const DamagedImage& error) {
      log_.add(index, error.what());
      return {};
    }
  }

  void fetch_all(std::span<const std::int64_t> indices, std::span<StoredImage> images) const override {
    inner().fetch_all(indices, images);
    for (std::size_t i = 0; i < images.size(); ++i) {
      try {
        images[i].bytes();
      } catch (const DamagedImage& error) {
        log_.add(indices[i], error.what());
        images[i] = {};
      }
    }
  }

  ImageView decode(std::int64_t index, std::span<const std::uint8_t> stored, ImageScratch& scratch) const override {
    if (!log_.holds(index)) {
      try {
        return inner().decode(index, stored, scratch);
      } catch (const DamagedImage& error) {
        log_.add(index, error.what());
      }
    }
    return read_next_sound(index, scratch);
  }

 private:
  // Which one it is depends on the data set alone: results stay the same whatever the number of workers.
  ImageView read_next_sound(std::int64_t damaged, ImageScratch& scratch) const {
    for (std::int64_t index = (damaged + 1) % size(); index != damaged; index = (index + 1) % size()) {
      if (log_.holds(index)) continue;
      try {
        return inner().read(index, scratch);
      } catch (const DamagedImage& error) {
        log_.add(index, error.what());
      }
    }
    throw InputError("no image of the data set can be read; the last one: " + log_.messages().back());
  }

  mutable DamageLog log_;
};

}  // namespace

std::unique_ptr<Dataset> skip_damaged(std::unique_ptr<Dataset> dataset) {
  return std::make_unique<SkippingDataset>(std::move(dataset));
}

}  // namespace scalemark::data
