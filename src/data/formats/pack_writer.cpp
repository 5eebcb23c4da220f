#include "data/formats/pack_writer.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <memory>
#include <system_error>
#include <utility>

#include "core/partial_file.h"
#include "data/formats/pack_format.h"

namespace scalemark::data {
namespace {

namespace fs = std::filesystem;

template <typename Content>
std::span<const std::byte> bytes_of(const Content* content, std::size_t count) {
  return std::as_bytes(std::span(content, count));
}

/// Does what may fail for the sake of `output`.
template <typename Work>
auto checked(const fs::path& output, Work work) {
  try {
    return work();
  } catch (const std::system_error& error) {
    throw InputError(
        fmt::format("{}: cannot be written: {}; give another --output", output.string(), error.code().message()));
  }
}

/// The file under a name of its own until it is whole.
class PackFile {
 public:
  explicit PackFile(fs::path output)
      : output_(std::move(output)), file_(checked(output_, [&] { return std::make_unique<PartialFile>(output_); })) {
    write(bytes_of(&header, 1));
  }

  void add(std::span<const std::uint8_t> image, std::int64_t label) {
    index_.push_back({bytes_, static_cast<std::uint32_t>(image.size()), static_cast<std::uint32_t>(label),
                      checksum(image.data(), image.size())});
    write(std::as_bytes(image));
  }

  /// Returns the file's size.
  std::uint64_t finish() {
    const auto index = bytes_of(index_.data(), index_.size());
    header.index_offset = bytes_;
    header.index_checksum = checksum(index.data(), index.size());
    header.header_checksum = checksum(&header, offsetof(PackHeader, header_checksum));
    write(index);
    checked(output_, [&] {
      file_->content().write_at(0, bytes_of(&header, 1));
      file_->content().finish();
      file_->create();
    });
    return bytes_;
  }

  PackHeader header;

 private:
  void write(std::span<const std::byte> bytes) {
    checked(output_, [&] { file_->content().write(bytes); });
    bytes_ += bytes.size();
  }

  fs::path output_;
  std::unique_ptr<PartialFile> file_;
  std::uint64_t bytes_ = 0;
  std::vector<PackEntry> index_;
};

PackHeader describe(const Dataset& dataset, const std::string& name) {
  PackHeader header;
  std::copy_n(name.begin(), std::min(name.size(), header.dataset.size()), header.dataset.begin());
  header.classes = static_cast<std::uint32_t>(dataset.classes());
  header.encoding = dataset.encoding() == Encoding::kJpeg ? 1 : 0;
  if (dataset.encoding() == Encoding::kPixels) {
    header.height = static_cast<std::uint32_t>(dataset.shape().height);
    header.width = static_cast<std::uint32_t>(dataset.shape().width);
  }
  const Normalization constants = dataset.normalization();
  std::copy_n(constants.mean, 3, header.mean.begin());
  std::copy_n(constants.standard_deviation, 3, header.standard_deviation.begin());
  return header;
}

/// Returns how many images went in.
std::int64_t add_images(const Dataset& dataset, OnError on_error, PackFile& file, std::vector<std::string>& left_out) {
  ImageScratch scratch;
  std::int64_t added = 0;
  for (std::int64_t index = 0; index < dataset.size(); ++index) {
    try {
      const auto stored = dataset.fetch(index, scratch.stored);
      const ImageView image = dataset.decode(index, stored, scratch);
      const std::span pixels(image.pixels, std::size_t{3} * image.height * image.width);
      file.add(dataset.encoding() == Encoding::kJpeg ? stored : pixels, image.label);
      ++added;
    } catch (const DamagedImage& error) {
      if (on_error == OnError::kFail) throw;
      left_out.emplace_back(error.what());
    }
  }
  if (added == 0) throw InputError("no image of the data set can be read; the last one: " + left_out.back());
  return added;
}

}  // namespace

std::uint32_t checksum(const void* data, std::size_t bytes) {
  return static_cast<std::uint32_t>(crc32_z(crc32_z(0, nullptr, 0), static_cast<const Bytef*>(data), bytes));
}

PackSummary write_pack(const DatasetOptions& options, const fs::path& output) {
  if (fs::exists(output)) throw InputError(output.string() + ": exists already; remove it, or give another name");
  remove_partial_files(output);
  DatasetOptions strict = options;
  strict.on_error = OnError::kFail;  // a stand-in for a damaged image has no place in a pack
  const auto training = open_dataset(strict, Split::kTrain);
  const auto test = open_dataset(strict, Split::kTest);
  PackFile file(output);
  file.header = describe(*training, options.name);
  PackSummary summary;
  summary.training_images = add_images(*training, options.on_error, file, summary.left_out);
  summary.test_images = add_images(*test, options.on_error, file, summary.left_out);
  file.header.training_images = static_cast<std::uint64_t>(summary.training_images);
  file.header.test_images = static_cast<std::uint64_t>(summary.test_images);
  summary.bytes = file.finish();
  return summary;
}

}  // namespace scalemark::data
