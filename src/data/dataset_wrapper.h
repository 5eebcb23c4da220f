#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "data/dataset.h"

namespace scalemark::data {

/// A data set that is another one but for what a derived class changes.
class DatasetWrapper : public Dataset {
 public:
  explicit DatasetWrapper(std::unique_ptr<Dataset> inner) : inner_(std::move(inner)) {}

  std::int64_t size() const override { return inner_->size(); }
  ImageShape shape() const override { return inner_->shape(); }
  int classes() const override { return inner_->classes(); }
  Normalization normalization() const override { return inner_->normalization(); }
  Encoding encoding() const override { return inner_->encoding(); }
  bool waits_for_storage() const override { return inner_->waits_for_storage(); }
  std::vector<std::string> skipped_images() const override { return inner_->skipped_images(); }

  std::span<const std::uint8_t> fetch(std::int64_t index, std::vector<std::uint8_t>& buffer) const override {
    return inner_->fetch(index, buffer);
  }
  void fetch_all(std::span<const std::int64_t> indices, std::span<StoredImage> images) const override {
    inner_->fetch_all(indices, images);
  }
  ImageView decode(std::int64_t index, std::span<const std::uint8_t> stored, ImageScratch& scratch) const override {
    return inner_->decode(index, stored, scratch);
  }

  std::vector<std::int64_t> in_storage_order() const override { return inner_->in_storage_order(); }
  bool look_at(std::int64_t index, bool whole, ImageScratch& scratch) const override {
    return inner_->look_at(index, whole, scratch);
  }

 protected:
  const Dataset& inner() const { return *inner_; }

 private:
  std::unique_ptr<Dataset> inner_;
};

}  // namespace scalemark::data
