#pragma once

#include <compare>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/error.h"
#include "data/formats/image_scratch.h"
#include "data/storage_model.h"

namespace scalemark::data {

enum class Split { kTrain, kTest };

/// The images that a data set gives: uint8, interleaved (height x width x channels).
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

/// One image as a data set holds it: uint8, interleaved, of any size; who writes the batch fits it to the shape.
struct ImageView {
  const std::uint8_t* pixels = nullptr;  ///< height x width x 3; of the data set, or of the scratch it was decoded to
  int height = 0;
  int width = 0;
  std::int64_t label = 0;
};

/// An image that cannot be read, by the name of its file: what dataset.on_error decides about.
class DamagedImage : public InputError {
 public:
  using InputError::InputError;
};

/// The bytes of one image as they are stored, or why they cannot be had.
class StoredImage {
 public:
  /// Keeps what `fetch`, which may use the buffer that it is given, returns or throws.
  template <typename Fetch>
  void hold(Fetch&& fetch) {
    try {
      error_ = nullptr;
      bytes_ = fetch(buffer_);
    } catch (const DamagedImage&) {
      error_ = std::current_exception();
    }
  }

  /// @throws DamagedImage
  std::span<const std::uint8_t> bytes() const {
    if (error_) std::rethrow_exception(error_);
    return bytes_;
  }

 private:
  std::vector<std::uint8_t> buffer_;
  std::span<const std::uint8_t> bytes_;
  std::exception_ptr error_;
};

/// What the bytes of a stored image are; kJpeg: a JPEG or PNG file.
enum class Encoding { kPixels, kJpeg };

/// Labelled images. All of it is const and safe from many threads, each with a scratch of its own.
class Dataset {
 public:
  virtual ~Dataset() = default;
  virtual std::int64_t size() const = 0;
  virtual ImageShape shape() const = 0;  ///< of the images in a batch
  virtual int classes() const = 0;
  virtual Normalization normalization() const = 0;
  virtual Encoding encoding() const { return Encoding::kPixels; }

  /// The bytes of image `index` as they are stored: in the data set's own memory, or read to `buffer`. This is what
  /// waits for storage. @throws DamagedImage where they cannot be read, std::out_of_range
  virtual std::span<const std::uint8_t> fetch(std::int64_t index, std::vector<std::uint8_t>& buffer) const = 0;

  /// fetch() for several images, one after another unless the storage answers many requests at once.
  virtual void fetch_all(std::span<const std::int64_t> indices, std::span<StoredImage> images) const;

  /// Whether fetch() waits so long that many reads should be under way at once.
  virtual bool waits_for_storage() const { return false; }

  /// The image of which `stored` are the bytes that fetch() gave; good until the scratch is used again.
  /// @throws DamagedImage, std::out_of_range
  virtual ImageView decode(std::int64_t index, std::span<const std::uint8_t> stored, ImageScratch& scratch) const = 0;

  /// Both in one.
  ImageView read(std::int64_t index, ImageScratch& scratch) const;

  /// The images in the order in which their storage has them, so that a look at all of them waits little.
  virtual std::vector<std::int64_t> in_storage_order() const;

  /// Looks at image `index` before it is needed: at all of it, or at as much of its file as tells most damage (how it
  /// begins and ends). Waits for no storage model. Returns whether it looked at all: at a part of an image of a pack it
  /// does not, since that is most of the work of reading it. @throws DamagedImage, std::out_of_range
  virtual bool look_at(std::int64_t index, bool whole, ImageScratch& scratch) const;

  /// Images that were met, could not be read, and stood aside (dataset.on_error: skip), by name, sorted.
  virtual std::vector<std::string> skipped_images() const { return {}; }

 protected:
  /// What fetch() and decode() check first. @throws std::out_of_range
  void check_index(std::int64_t index) const;
};

enum class OnError { kFail, kSkip };

struct DatasetOptions {
  std::string name{};                    ///< one of kDatasetNames
  std::filesystem::path path{};          ///< a folder, or a pack of `name`; empty: default_path(name)
  std::optional<std::int64_t> images{};  ///< only the first so many of each split; nullopt: all
  int image_size = 32;                   ///< pixels per side
  int classes = 10;                      ///< 0: as many as the data set has
  std::uint64_t seed = 1;                ///< of synthetic images and of the storage model
  OnError on_error = OnError::kFail;
  bool whole_images = false;  ///< compressed images are decoded in full, whatever image_size needs
  StorageModel storage{};

  auto operator<=>(const DatasetOptions&) const = default;
};

/// @throws InputError naming file and offset where data are damaged, or which package or files to get where they are
/// missing.
std::unique_ptr<Dataset> open_dataset(const DatasetOptions& options, Split split);

/// Where the data set's files are looked for when no path is given; empty where it has none.
std::filesystem::path default_path(const std::string& name);

}  // namespace scalemark::data
