#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "core/error.h"
#include "data/formats/file_bytes.h"
#include "data/formats/open_formats.h"
#include "data/huge_pages.h"
#include "data/option_checks.h"

namespace scalemark::data {
namespace {

constexpr ImageShape kShape{3, 32, 32};
constexpr std::size_t kPlaneBytes = std::size_t{32} * 32;
constexpr std::size_t kRecordBytes = 1 + 3 * kPlaneBytes;
constexpr int kCifarClasses = 10;

/// Labels, and the pixels interleaved, as a batch's rows are written from them.
struct Images {
  std::vector<std::uint8_t> labels;
  std::vector<std::uint8_t> pixels;

  void append(std::span<const std::uint8_t> record) {
    labels.push_back(record.front());
    const auto planes = record.subspan(1);
    pixels.resize(pixels.size() + planes.size());
    std::uint8_t* pixel = pixels.data() + pixels.size() - planes.size();
    for (std::size_t place = 0; place < kPlaneBytes; ++place) {
      for (std::size_t channel = 0; channel < 3; ++channel) *pixel++ = planes[channel * kPlaneBytes + place];
    }
  }
};

class Cifar10 final : public Dataset {
 public:
  Cifar10(Images images, std::int64_t size) : images_(std::move(images)), size_(size) {}

  std::int64_t size() const override { return size_; }
  ImageShape shape() const override { return kShape; }
  int classes() const override { return kCifarClasses; }

  // Over all pixels of the 50,000 training images.
  Normalization normalization() const override { return {{0.4914F, 0.4822F, 0.4465F}, {0.2470F, 0.2435F, 0.2616F}}; }

  std::span<const std::uint8_t> fetch(std::int64_t index, std::vector<std::uint8_t>& /*buffer*/) const override {
    check_index(index);
    return std::span(images_.pixels).subspan(index * kShape.bytes(), kShape.bytes());
  }

  ImageView decode(std::int64_t index, std::span<const std::uint8_t> stored, ImageScratch& /*scratch*/) const override {
    check_index(index);
    return {stored.data(), kShape.height, kShape.width, images_.labels[index]};
  }

 private:
  Images images_;
  std::int64_t size_;
};

std::vector<std::string> file_names(Split split) {
  if (split == Split::kTest) return {"test_batch.bin"};
  return {"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"};
}

void check_files_exist(const std::filesystem::path& folder, const std::vector<std::string>& names) {
  std::vector<std::string> missing;
  std::copy_if(names.begin(), names.end(), std::back_inserter(missing),
               [&](const std::string& name) { return !std::filesystem::exists(folder / name); });
  if (missing.empty()) return;
  throw InputError(fmt::format(
      "cifar10: {} missing in {}; unpack cifar-10-binary.tar.gz (https://www.cs.toronto.edu/~kriz/cifar.html) so that "
      "its folder cifar-10-batches-bin is {}, or name that folder in dataset.path",
      fmt::join(missing, ", "), folder.string(), folder.string()));
}

std::uint64_t total_bytes(const std::filesystem::path& folder, const std::vector<std::string>& names) {
  std::uint64_t bytes = 0;
  for (const std::string& name : names) {
    std::error_code unreadable;  // which read_file() will name
    const std::uint64_t size = std::filesystem::file_size(folder / name, unreadable);
    if (!unreadable) bytes += std::min(size, kLargestFileBytes);
  }
  return bytes;
}

void check_records(const FileBytes& file) {
  const auto& bytes = file.bytes;
  const std::size_t excess = bytes.size() % kRecordBytes;
  if (bytes.empty() || excess != 0) {
    file.fail(bytes.size() - excess,
              fmt::format("{} bytes of a record; expected records of {} bytes each, at least one "
                          "(cut short? unpack the archive again)",
                          excess, kRecordBytes));
  }
  for (std::size_t offset = 0; offset < bytes.size(); offset += kRecordBytes) {
    if (bytes[offset] >= kCifarClasses) {
      file.fail(offset, fmt::format("label {}; expected 0 to {}", bytes[offset], kCifarClasses - 1));
    }
  }
}

}  // namespace

std::unique_ptr<Dataset> open_cifar10(const DatasetOptions& options, Split split) {
  check_image_size(options, {kShape.width});
  check_classes(options, kCifarClasses);
  const auto names = file_names(split);
  check_files_exist(options.path, names);
  Images images;
  reserve_huge_pages(images.pixels, total_bytes(options.path, names));
  for (const std::string& name : names) {
    const FileBytes file = read_file(options.path / name);
    check_records(file);
    for (std::size_t offset = 0; offset < file.bytes.size(); offset += kRecordBytes) {
      images.append(std::span(file.bytes).subspan(offset, kRecordBytes));
    }
  }
  const std::int64_t size = limited_size(options, split, std::ssize(images.labels));
  return std::make_unique<Cifar10>(std::move(images), size);
}

}  // namespace scalemark::data
