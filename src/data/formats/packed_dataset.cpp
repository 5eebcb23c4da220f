#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "data/formats/open_formats.h"
#include "data/formats/pack_format.h"
#include "data/option_checks.h"

namespace scalemark::data {
namespace {

/// A whole file, mapped for reading.
class MappedFile {
 public:
  explicit MappedFile(std::filesystem::path path) : path_(std::move(path)) {
    const int descriptor = open(path_.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) fail(std::strerror(errno));
    struct stat status {};
    const bool known = fstat(descriptor, &status) == 0;
    if (known && status.st_size > 0) {
      bytes_ = static_cast<std::size_t>(status.st_size);
      data_ = mmap(nullptr, bytes_, PROT_READ, MAP_SHARED, descriptor, 0);
    }
    close(descriptor);
    if (!known || data_ == MAP_FAILED) fail("cannot be mapped");
  }
  ~MappedFile() {
    if (data_ != nullptr && data_ != MAP_FAILED) munmap(data_, bytes_);
  }
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  std::span<const std::uint8_t> bytes() const { return {static_cast<const std::uint8_t*>(data_), bytes_}; }
  std::string name() const { return path_.string(); }
  [[noreturn]] void fail(const std::string& what) const { throw InputError(name() + ": " + what); }

 private:
  std::filesystem::path path_;
  void* data_ = nullptr;
  std::size_t bytes_ = 0;
};

/// The parts of a pack, once they are known to agree.
struct Pack {
  explicit Pack(const std::filesystem::path& path) : file(path) {
    read_header();
    read_index();
  }

  std::string dataset() const { return {header.dataset.data(), strnlen(header.dataset.data(), header.dataset.size())}; }
  bool is_jpeg() const { return header.encoding == 1; }
  std::uint64_t image_bytes() const { return std::uint64_t{3} * header.height * header.width; }

  MappedFile file;
  PackHeader header;
  std::vector<PackEntry> index;

 private:
  void read_header() {
    const auto bytes = file.bytes();
    if (bytes.size() < sizeof header) file.fail(fmt::format("{} bytes are no pack (cut short?)", bytes.size()));
    std::memcpy(&header, bytes.data(), sizeof header);
    if (header.magic != kPackMagic) file.fail("is no pack of `scalemark pack`, nor a folder");
    if (header.version != kPackVersion) {
      file.fail(fmt::format("a pack of version {}; this program reads version {}", header.version, kPackVersion));
    }
    if (checksum(&header, offsetof(PackHeader, header_checksum)) != header.header_checksum) {
      file.fail("the header is damaged (its checksum differs); pack the data set again");
    }
    if (!header_makes_sense()) file.fail("the header makes no sense; pack the data set again");
  }

  bool header_makes_sense() const {
    constexpr std::uint32_t kLargestSide = 4096;
    constexpr std::uint32_t kMostClasses = std::numeric_limits<int>::max();
    const auto finite = [](float mean) { return std::isfinite(mean); };
    const auto divisor = [](float deviation) { return std::isnormal(deviation) && deviation > 0; };
    const bool sound_size = header.height - 1 < kLargestSide && header.width - 1 < kLargestSide;
    return header.encoding <= 1 && header.classes - 1 < kMostClasses && (is_jpeg() || sound_size) &&
           std::all_of(header.mean.begin(), header.mean.end(), finite) &&
           std::all_of(header.standard_deviation.begin(), header.standard_deviation.end(), divisor);
  }

  void read_index() {
    const std::uint64_t size = file.bytes().size();
    const std::uint64_t most = size / sizeof(PackEntry);
    const bool countable = header.training_images <= most && header.test_images <= most;
    const std::uint64_t entries = countable ? header.training_images + header.test_images : 0;
    if (!countable || header.index_offset > size || (size - header.index_offset) != entries * sizeof(PackEntry)) {
      file.fail(fmt::format("the file holds {} bytes, which is not what its header says (cut short?)", size));
    }
    index.resize(entries);
    if (entries > 0) {
      std::memcpy(index.data(), file.bytes().data() + header.index_offset, entries * sizeof(PackEntry));
    }
    if (checksum(index.data(), entries * sizeof(PackEntry)) != header.index_checksum) {
      file.fail("the index is damaged (its checksum differs); pack the data set again");
    }
    for (std::size_t i = 0; i < index.size(); ++i) check_entry(i);
  }

  void check_entry(std::size_t number) const {
    const PackEntry& entry = index[number];
    const bool inside = entry.offset <= header.index_offset && entry.bytes <= header.index_offset - entry.offset;
    const bool whole = is_jpeg() || entry.bytes == image_bytes();
    if (inside && whole && entry.label < header.classes) return;
    file.fail(fmt::format("the index makes no sense at image {}; pack the data set again", number));
  }
};

class PackedDataset final : public Dataset {
 public:
  PackedDataset(std::unique_ptr<Pack> pack, std::size_t first, std::int64_t size, const DatasetOptions& options)
      : pack_(std::move(pack)),
        first_(first),
        size_(size),
        image_size_(options.image_size),
        whole_(options.whole_images),
        verified_(size) {}

  std::int64_t size() const override { return size_; }
  ImageShape shape() const override { return {3, image_size_, image_size_}; }
  int classes() const override { return static_cast<int>(pack_->header.classes); }
  Encoding encoding() const override { return pack_->is_jpeg() ? Encoding::kJpeg : Encoding::kPixels; }
  Normalization normalization() const override {
    const auto& [red, green, blue] = pack_->header.mean;
    const auto& [red_deviation, green_deviation, blue_deviation] = pack_->header.standard_deviation;
    return {{red, green, blue}, {red_deviation, green_deviation, blue_deviation}};
  }

  std::span<const std::uint8_t> fetch(std::int64_t index, std::vector<std::uint8_t>& /*buffer*/) const override {
    check_index(index);
    const PackEntry& entry = pack_->index[first_ + index];
    const auto stored = pack_->file.bytes().subspan(entry.offset, entry.bytes);
    if (!verified_[index].load(std::memory_order_relaxed)) {
      if (checksum(stored.data(), stored.size()) != entry.checksum) {
        fail(index, "damaged (its checksum differs); pack the data set again");
      }
      verified_[index].store(true, std::memory_order_relaxed);
    }
    return stored;
  }

  ImageView decode(std::int64_t index, std::span<const std::uint8_t> stored, ImageScratch& scratch) const override {
    check_index(index);
    const std::int64_t label = pack_->index[first_ + index].label;
    if (!pack_->is_jpeg()) {
      return {stored.data(), static_cast<int>(pack_->header.height), static_cast<int>(pack_->header.width), label};
    }
    try {
      const DecodedImage image = scratch.decoder.decode(stored, whole_ ? kWholeImage : image_size_, scratch.pixels);
      return {scratch.pixels.data(), image.height, image.width, label};
    } catch (const ImageError& error) {
      fail(index, error.what());
    }
  }

 private:
  [[noreturn]] void fail(std::int64_t index, const std::string& what) const {
    throw DamagedImage(fmt::format("{}: image {}: {}", pack_->file.name(), first_ + index, what));
  }

  std::unique_ptr<Pack> pack_;
  std::size_t first_;  // image of the split, in the index
  std::int64_t size_;
  int image_size_;
  bool whole_;                                       // images are decoded in full
  mutable std::vector<std::atomic<bool>> verified_;  // [image]
};

}  // namespace

std::unique_ptr<Dataset> open_pack(const DatasetOptions& options, Split split) {
  auto pack = std::make_unique<Pack>(options.path);
  const PackHeader& header = pack->header;
  if (pack->dataset() != options.name) {
    pack->file.fail(fmt::format("holds {}; the config's dataset.name is {}", pack->dataset(), options.name));
  }
  check_classes(options, static_cast<int>(header.classes));
  if (!pack->is_jpeg()) {
    if (header.height != header.width) pack->file.fail("images that are not square are not possible");
    check_image_size(options, {static_cast<int>(header.width)});
  }
  const bool training = split == Split::kTrain;
  const std::uint64_t available = training ? header.training_images : header.test_images;
  if (available == 0) pack->file.fail("holds no image of this split");
  const std::int64_t size = limited_size(options, split, static_cast<std::int64_t>(available));
  const std::size_t first = training ? 0 : header.training_images;
  return std::make_unique<PackedDataset>(std::move(pack), first, size, options);
}

}  // namespace scalemark::data
