#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "data/formats/image_scratch.h"
#include "data/formats/image_writer.h"
#include "data/random_crop.h"

namespace scalemark::data {

/// What a thread works on while it fills a part of a batch.
struct ThreadScratch {
  std::array<std::vector<std::uint8_t>, 2> stored;  ///< bytes of the image at hand and of the next one
  ImageScratch image;
  WriterScratch writer;
  ResizeScratch resize;
  std::vector<std::uint8_t> crop;  ///< a part of an image in the batch's size
};

/// Lends scratches to threads; there come to be as many as threads use at once, and they live as long as the pool.
class ScratchPool {
 public:
  class Loan {
   public:
    explicit Loan(ScratchPool& pool) : pool_(pool), scratch_(pool.take()) {}
    ~Loan() { pool_.give_back(std::move(scratch_)); }
    Loan(const Loan&) = delete;
    Loan& operator=(const Loan&) = delete;
    ThreadScratch& operator*() const { return *scratch_; }

   private:
    ScratchPool& pool_;
    std::unique_ptr<ThreadScratch> scratch_;
  };

 private:
  std::unique_ptr<ThreadScratch> take() {
    {
      const std::scoped_lock lock(mutex_);
      if (!free_.empty()) {
        auto scratch = std::move(free_.back());
        free_.pop_back();
        return scratch;
      }
    }
    return std::make_unique<ThreadScratch>();
  }

  void give_back(std::unique_ptr<ThreadScratch> scratch) {
    const std::scoped_lock lock(mutex_);
    free_.push_back(std::move(scratch));
  }

  std::mutex mutex_;
  std::vector<std::unique_ptr<ThreadScratch>> free_;
};

}  // namespace scalemark::data
