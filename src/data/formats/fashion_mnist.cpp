#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "core/error.h"
#include "data/formats/idx.h"
#include "data/formats/open_formats.h"
#include "data/option_checks.h"

namespace scalemark::data {
namespace {

constexpr int kFashionSide = 28;
constexpr int kFashionImageBytes = kFashionSide * kFashionSide;
constexpr int kFashionClasses = 10;

class FashionMnist final : public Dataset {
 public:
  FashionMnist(IdxArray images, IdxArray labels, std::int64_t size, int image_size)
      : images_(std::move(images)), labels_(std::move(labels)), size_(size), image_size_(image_size) {}

  std::int64_t size() const override { return size_; }
  ImageShape shape() const override { return {3, image_size_, image_size_}; }
  int classes() const override { return kFashionClasses; }

  // Of the 60,000 training images at 28x28, without the padding.
  Normalization normalization() const override { return {{0.2860F, 0.2860F, 0.2860F}, {0.3530F, 0.3530F, 0.3530F}}; }

  std::span<const std::uint8_t> fetch(std::int64_t index, std::vector<std::uint8_t>& /*buffer*/) const override {
    check_index(index);
    return images_.values().subspan(index * kFashionImageBytes, kFashionImageBytes);
  }

  ImageView decode(std::int64_t index, std::span<const std::uint8_t> stored, ImageScratch& scratch) const override {
    check_index(index);
    scratch.pixels.assign(shape().bytes(), 0);
    const std::size_t width = image_size_;
    const std::size_t border = (width - kFashionSide) / 2;
    for (std::size_t row = 0; row < kFashionSide; ++row) {
      std::uint8_t* pixel = scratch.pixels.data() + 3 * ((row + border) * width + border);
      for (const std::uint8_t grey : stored.subspan(row * kFashionSide, kFashionSide))
        pixel = std::fill_n(pixel, 3, grey);
    }
    return {scratch.pixels.data(), image_size_, image_size_, labels_.values()[index]};
  }

 private:
  IdxArray images_;
  IdxArray labels_;
  std::int64_t size_;
  int image_size_;
};

struct SplitFiles {
  std::filesystem::path images;
  std::filesystem::path labels;
};

/// The plain file where there is one, else the gzip file, else an empty path.
std::filesystem::path find_file(const std::filesystem::path& folder, const std::string& name) {
  for (const char* suffix : {"", ".gz"}) {
    auto path = folder / (name + suffix);
    if (std::filesystem::exists(path)) return path;
  }
  return {};
}

SplitFiles find_files(const std::filesystem::path& folder, Split split) {
  const std::string prefix = split == Split::kTrain ? "train" : "t10k";
  const std::string image_name = prefix + "-images-idx3-ubyte";
  const std::string label_name = prefix + "-labels-idx1-ubyte";
  SplitFiles files{find_file(folder, image_name), find_file(folder, label_name)};
  std::vector<std::string> missing;
  if (files.images.empty()) missing.push_back(image_name + "[.gz]");
  if (files.labels.empty()) missing.push_back(label_name + "[.gz]");
  if (missing.empty()) return files;
  throw InputError(fmt::format(
      "fashion-mnist: {} is missing in {}; on Debian and Ubuntu `apt-get install dataset-fashion-mnist` puts it into "
      "/usr/share/datasets/fashion-mnist, or put train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, "
      "t10k-images-idx3-ubyte.gz and t10k-labels-idx1-ubyte.gz into a folder and name it in dataset.path",
      fmt::join(missing, " and "), folder.string()));
}

void check_images(const IdxArray& images) {
  if (images.sizes[0] == 0) images.file.fail(4, "no images; expected at least one");
  for (const std::size_t dimension : {1, 2}) {
    if (images.sizes[dimension] == kFashionSide) continue;
    images.file.fail(4 * (dimension + 1), fmt::format("images of {} x {} pixels; expected {} x {}", images.sizes[1],
                                                      images.sizes[2], kFashionSide, kFashionSide));
  }
}

void check_labels(const IdxArray& labels, const IdxArray& images) {
  if (labels.sizes[0] != images.sizes[0]) {
    labels.file.fail(4, fmt::format("{} labels; expected {}, the number of images in {}", labels.sizes[0],
                                    images.sizes[0], images.file.path.filename().string()));
  }
  const auto values = labels.values();
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] < kFashionClasses) continue;
    labels.file.fail(labels.header_bytes + i,
                     fmt::format("label {}; expected 0 to {}", values[i], kFashionClasses - 1));
  }
}

}  // namespace

std::unique_ptr<Dataset> open_fashion_mnist(const DatasetOptions& options, Split split) {
  check_image_size(options, {kFashionSide, 32});
  check_classes(options, kFashionClasses);
  const SplitFiles files = find_files(options.path, split);
  IdxArray images = read_idx(files.images, 3);
  check_images(images);
  IdxArray labels = read_idx(files.labels, 1);
  check_labels(labels, images);
  const std::int64_t size = limited_size(options, split, images.sizes[0]);
  return std::make_unique<FashionMnist>(std::move(images), std::move(labels), size, options.image_size);
}

}  // namespace scalemark::data
