#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "data/formats/jpeg_files.h"
#include "data/formats/open_formats.h"
#include "data/option_checks.h"

namespace scalemark::data {
namespace {

void check_folder(const std::filesystem::path& root, const char* split) {
  if (std::filesystem::is_directory(root / split)) return;
  throw InputError(fmt::format(
      "image-folder: there is no folder {}; put the JPEG or PNG files into {}/{}/<class>/, or name the folder "
      "above it in dataset.path",
      (root / split).string(), root.string(), split));
}

/// @param classes  of train, sorted
void check_same_classes(const std::vector<std::string>& classes, const std::filesystem::path& val) {
  const std::vector<std::string> found = class_names(val);
  for (const std::string& name : found) {
    if (!std::ranges::binary_search(classes, name)) {
      throw InputError(
          fmt::format("{}: is no class of the training set; expected the folders of train", (val / name).string()));
    }
  }
  std::vector<std::string> missing;
  std::ranges::set_difference(classes, found, std::back_inserter(missing));
  if (!missing.empty())
    throw InputError(
        fmt::format("{}: there is no such folder, and {} class(es) of train are missing; expected the folders of train",
                    (val / missing.front()).string(), missing.size()));
}

}  // namespace

std::unique_ptr<Dataset> open_image_folder(const DatasetOptions& options, Split split) {
  check_folder(options.path, "train");
  const std::vector<std::string> classes = class_names(options.path / "train");
  check_classes(options, static_cast<int>(classes.size()));
  const char* folder = split == Split::kTrain ? "train" : "val";
  if (split == Split::kTest) {
    check_folder(options.path, folder);
    check_same_classes(classes, options.path / folder);
  }
  std::vector<std::filesystem::path> folders;
  folders.reserve(classes.size());
  for (const std::string& name : classes) folders.push_back(options.path / folder / name);
  LabelledFiles files = files_of_classes(folders);
  files.keep_first(limited_size(options, split, files.size()));
  return make_jpeg_files(
      std::move(files),
      {.classes = static_cast<int>(classes.size()), .image_size = options.image_size, .whole = options.whole_images});
}

}  // namespace scalemark::data
