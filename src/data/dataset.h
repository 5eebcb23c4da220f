#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace scalemark::data {

enum class Split { kTrain, kTest };

/// Bytes of one image: channels x height x width, planar (CHW), uint8.
struct ImageShape {
  int channels = 3;
  int height = 32;
  int width = 32;
  std::int64_t bytes() const { return std::int64_t{1} * channels * height * width; }
};

/// Per-channel mean and standard deviation of pixels scaled to [0, 1], of the training set.
struct Normalization {
  float mean[3];
  float standard_deviation[3];
};

/// Labelled uint8 images. Reading is const and safe from many threads.
class Dataset {
 public:
  virtual ~Dataset() = default;
  virtual std::int64_t size() const = 0;
  virtual ImageShape shape() const = 0;
  virtual int classes() const = 0;
  virtual Normalization normalization() const = 0;

  /// Writes image `index` (shape().bytes() bytes, CHW) to `pixels` and returns its label.
  virtual std::int64_t read(std::int64_t index, std::span<std::uint8_t> pixels) const = 0;

 protected:
  /// What every read() checks first. @throws std::out_of_range, std::invalid_argument
  void check_read(std::int64_t index, std::span<const std::uint8_t> pixels) const;
};

struct DatasetOptions {
  std::string name{};
  std::filesystem::path path{};          ///< empty: default_path(name)
  std::optional<std::int64_t> images{};  ///< only the first so many of each split; nullopt: all
  int image_size = 32;                   ///< pixels per side
  int classes = 10;
  std::uint64_t seed = 1;  ///< of synthetic images
};

/// @throws InputError naming file and offset where data are damaged, or which package or files to get where they are
/// missing.
std::unique_ptr<Dataset> open_dataset(const DatasetOptions& options, Split split);

/// Where the data set's files are looked for when no path is given; empty where it has none.
std::filesystem::path default_path(const std::string& name);

/// Every name that open_dataset() knows, sorted.
std::vector<std::string> dataset_names();

}  // namespace scalemark::data
