#include "data/formats/jpeg_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <system_error>
#include <utility>

#include "data/formats/file_bytes.h"

namespace scalemark::data {
namespace {

// Of the ImageNet training set, which Tiny ImageNet is cut from, and the usual choice for photographs.
constexpr Normalization kPhotographs{{0.485F, 0.456F, 0.406F}, {0.229F, 0.224F, 0.225F}};

class JpegFiles final : public Dataset {
 public:
  JpegFiles(LabelledFiles files, const JpegFilesOptions& options) : files_(std::move(files)), options_(options) {}

  std::int64_t size() const override { return files_.size(); }
  ImageShape shape() const override { return {3, options_.image_size, options_.image_size}; }
  int classes() const override { return options_.classes; }
  Normalization normalization() const override { return kPhotographs; }
  Encoding encoding() const override { return Encoding::kJpeg; }

  std::span<const std::uint8_t> fetch(std::int64_t index, std::vector<std::uint8_t>& buffer) const override {
    check_index(index);
    const std::string path = files_.path(index);
    try {
      return read_into(path, buffer);
    } catch (const std::system_error& error) {
      throw DamagedImage(fmt::format("{}: {}", path, error.what()));
    }
  }

  std::vector<std::int64_t> in_storage_order() const override { return files_.in_folder_order(); }

  bool look_at(std::int64_t index, bool whole, ImageScratch& scratch) const override {
    check_index(index);
    // What its ends leave in doubt all of it decides, and says what is wrong.
    if (whole || !has_sound_ends(files_.path(index), scratch)) read(index, scratch);
    return true;
  }

  ImageView decode(std::int64_t index, std::span<const std::uint8_t> stored, ImageScratch& scratch) const override {
    check_index(index);
    try {
      const DecodedImage image = scratch.decoder.decode(stored, smallest_side(), scratch.pixels);
      check_stored_size(image);
      return {scratch.pixels.data(), image.height, image.width, files_.label(index)};
    } catch (const ImageError& error) {
      throw DamagedImage(fmt::format("{}: {}", files_.path(index), error.what()));
    }
  }

 private:
  /// Whether the header can be read, and the file ends as an image does: one that was cut short does not.
  bool has_sound_ends(const std::string& path, ImageScratch& scratch) const {
    constexpr std::array<std::uint8_t, 2> kEndOfJpeg{0xff, 0xd9};
    constexpr std::array<std::uint8_t, 2> kEndOfPng{0x60, 0x82};  // of the checksum of an empty last chunk
    // Most headers lie in the first bytes; a camera's preview and notes take more.
    for (const std::size_t bytes : {16 * kKibibyte, 256 * kKibibyte}) {
      try {
        const FileEnds ends = read_ends(path, bytes, scratch.stored);
        if (ends.last != (is_png(ends.beginning) ? kEndOfPng : kEndOfJpeg)) return false;
        check_stored_size(scratch.decoder.read_header(ends.beginning));
        return true;
      } catch (const ImageError&) {
        continue;  // perhaps the header is longer
      } catch (const std::system_error&) {
        return false;
      }
    }
    return false;
  }

  int smallest_side() const { return options_.whole ? kWholeImage : options_.image_size; }

  void check_stored_size(const DecodedImage& image) const {
    const int side = options_.stored_side;
    if (side == 0 || (image.stored_height == side && image.stored_width == side)) return;
    throw ImageError(fmt::format("an image of {} x {} pixels; expected {} x {}, as all of this data set",
                                 image.stored_width, image.stored_height, side, side));
  }

  LabelledFiles files_;
  JpegFilesOptions options_;
};

/// The entries of `folder` that are not hidden, sorted by name.
std::vector<std::filesystem::directory_entry> list_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::directory_iterator found(folder, error);
  std::vector<std::filesystem::directory_entry> entries;
  while (!error && found != std::filesystem::directory_iterator()) {
    if (!found->path().filename().string().starts_with('.')) entries.push_back(*found);
    found.increment(error);
  }
  if (error) throw InputError(fmt::format("{}: cannot be listed: {}", folder.string(), error.message()));
  std::sort(entries.begin(), entries.end());
  return entries;
}

}  // namespace

std::uint32_t LabelledFiles::add_folder(const std::filesystem::path& folder) {
  folders_.push_back(folder.string() + '/');
  return static_cast<std::uint32_t>(folders_.size() - 1);
}

void LabelledFiles::add(std::uint32_t folder, std::string_view name, std::uint32_t label) {
  entries_.push_back({folder, label, names_.size()});
  names_.append(name).push_back('\0');
}

std::string LabelledFiles::path(std::int64_t index) const {
  const Entry& entry = entries_[index];
  return folders_[entry.folder] + (names_.data() + entry.name);
}

std::vector<std::int64_t> LabelledFiles::in_folder_order() const {
  std::vector<std::int64_t> order(entries_.size());
  std::iota(order.begin(), order.end(), std::int64_t{0});
  const auto folder_of = [&](std::int64_t index) { return entries_[index].folder; };
  std::ranges::sort(order, [&](std::int64_t left, std::int64_t right) {
    return std::pair(folder_of(left), name(left)) < std::pair(folder_of(right), name(right));
  });
  for (auto begin = order.begin(); begin != order.end();) {
    const auto end =
        std::find_if(begin, order.end(), [&](auto index) { return folder_of(index) != folder_of(*begin); });
    put_in_folder_order({begin, end});
    begin = end;
  }
  return order;
}

void LabelledFiles::put_in_folder_order(std::span<std::int64_t> of_one_folder) const {
  std::vector<std::pair<std::size_t, std::int64_t>> placed;  // a file that the folder no longer lists comes last
  placed.reserve(of_one_folder.size());
  for (const std::int64_t index : of_one_folder) placed.emplace_back(of_one_folder.size(), index);
  std::error_code error;
  std::size_t place = 0;
  std::filesystem::directory_iterator found(folders_[entries_[of_one_folder.front()].folder], error);
  for (; !error && found != std::filesystem::directory_iterator(); found.increment(error)) {
    const std::string listed = found->path().filename().string();
    const auto at = std::ranges::lower_bound(of_one_folder, std::string_view(listed), {},
                                             [&](std::int64_t index) { return name(index); });
    if (at == of_one_folder.end() || name(*at) != listed) continue;
    placed[static_cast<std::size_t>(at - of_one_folder.begin())].first = place++;
  }
  std::ranges::sort(placed);
  std::ranges::transform(placed, of_one_folder.begin(), [](const auto& file) { return file.second; });
}

std::vector<std::string> class_names(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : list_folder(folder)) {
    if (entry.is_directory()) names.push_back(entry.path().filename().string());
  }
  if (names.empty())
    throw InputError(
        fmt::format("{0}: holds no folder; expected one per class with its JPEG or PNG files, {0}/<class>/*.JPEG (the "
                    "folder's name is the label)",
                    folder.string()));
  return names;
}

std::vector<std::string> image_names(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : list_folder(folder)) {
    std::error_code missing;
    if (!entry.is_regular_file(missing) || missing) {
      throw InputError(
          entry.path().string() +
          ": is no file; expected JPEG or PNG files only (for train/<class>/images/*.JPEG set dataset.name: "
          "tiny-imagenet)");
    }
    names.push_back(entry.path().filename().string());
  }
  if (names.empty())
    throw InputError(folder.string() + ": holds no file; expected the images of this class, or no such folder");
  return names;
}

LabelledFiles files_of_classes(const std::vector<std::filesystem::path>& folders) {
  LabelledFiles files;
  std::vector<std::vector<std::string>> names;
  std::size_t most = 0;
  for (const auto& folder : folders) {
    files.add_folder(folder);
    most = std::max(most, names.emplace_back(image_names(folder)).size());
  }
  for (std::size_t place = 0; place < most; ++place) {
    for (std::uint32_t label = 0; label < names.size(); ++label) {
      if (place < names[label].size()) files.add(label, names[label][place], label);
    }
  }
  return files;
}

std::unique_ptr<Dataset> make_jpeg_files(LabelledFiles files, const JpegFilesOptions& options) {
  return std::make_unique<JpegFiles>(std::move(files), options);
}

}  // namespace scalemark::data
