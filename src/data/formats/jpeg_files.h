#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/dataset.h"

namespace scalemark::data {

/// Labelled files of several folders, in about 16 bytes and the name each: a data set may have millions.
class LabelledFiles {
 public:
  /// Returns the number by which add() knows the folder.
  std::uint32_t add_folder(const std::filesystem::path& folder);
  void add(std::uint32_t folder, std::string_view name, std::uint32_t label);
  void keep_first(std::int64_t files) { entries_.resize(files); }

  std::int64_t size() const { return std::ssize(entries_); }
  std::uint32_t label(std::int64_t index) const { return entries_[index].label; }
  std::string path(std::int64_t index) const;

  /// All files, folder by folder, as each folder lists them (readdir): about the order in which a disk holds them.
  std::vector<std::int64_t> in_folder_order() const;

 private:
  std::string_view name(std::int64_t index) const { return names_.data() + entries_[index].name; }
  void put_in_folder_order(std::span<std::int64_t> of_one_folder) const;

  struct Entry {
    std::uint32_t folder;
    std::uint32_t label;
    std::uint64_t name;  // its offset in names_, where a zero byte ends it
  };
  std::vector<std::string> folders_;
  std::string names_;
  std::vector<Entry> entries_;
};

/// The names of the folders in `folder`, sorted: the classes of a data set. Hidden ones are left out.
/// @throws InputError where there is none, or `folder` cannot be read.
std::vector<std::string> class_names(const std::filesystem::path& folder);

/// The names of the files in `folder`, sorted. Hidden ones are left out.
/// @throws InputError where there is none, or something that is no file.
std::vector<std::string> image_names(const std::filesystem::path& folder);

/// The files of each class, in turn, so that the first so many images are of all classes.
/// @param folders  by label
LabelledFiles files_of_classes(const std::vector<std::filesystem::path>& folders);

struct JpegFilesOptions {
  int classes = 0;
  int image_size = 0;   ///< pixels per side in the batch
  int stored_side = 0;  ///< pixels per side that every file must have; 0: any
  bool whole = false;   ///< decoded in full, whatever the batch needs
};

/// JPEG and PNG files as a data set, decoded each time that they are read. @throws DamagedImage when it is read, naming
/// the file
std::unique_ptr<Dataset> make_jpeg_files(LabelledFiles files, const JpegFilesOptions& options);

}  // namespace scalemark::data
