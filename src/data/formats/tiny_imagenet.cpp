#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "data/formats/jpeg_files.h"
#include "data/formats/open_formats.h"
#include "data/option_checks.h"

namespace scalemark::data {
namespace {

namespace fs = std::filesystem;

constexpr int kStoredSide = 64;

void check_present(const fs::path& root, const fs::path& part) {
  if (fs::exists(root / part)) return;
  throw InputError(
      fmt::format("tiny-imagenet: {} is missing; unpack tiny-imagenet-200.zip "
                  "(http://cs231n.stanford.edu/tiny-imagenet-200.zip) so that its folder tiny-imagenet-200 is {}, or "
                  "name that folder in dataset.path",
                  (root / part).string(), root.string()));
}

LabelledFiles training_files(const fs::path& root, const std::vector<std::string>& wnids) {
  std::vector<fs::path> folders;
  for (const std::string& wnid : wnids) {
    check_present(root, fs::path("train") / wnid / "images");
    folders.push_back(root / "train" / wnid / "images");
  }
  return files_of_classes(folders);
}

/// val_annotations.txt: a line per image, "val_0.JPEG<tab>n03444034<tab>...", then its box, which is not used.
std::map<std::string, std::uint32_t> read_annotations(const fs::path& path, const std::vector<std::string>& wnids) {
  std::map<std::string, std::uint32_t> labels;
  std::ifstream file(path);
  int number = 0;
  for (std::string line; std::getline(file, line);) {
    const auto fail = [&](const std::string& what) {
      throw InputError(fmt::format("{}:{}: {}", path.string(), number, what));
    };
    ++number;
    const auto tab = line.find('\t');
    if (tab == std::string::npos || tab == 0) fail("expected a file's name, a tab and its class");
    const std::string wnid = line.substr(tab + 1, line.find_first_of("\t\r", tab + 1) - tab - 1);
    const auto found = std::lower_bound(wnids.begin(), wnids.end(), wnid);
    if (found == wnids.end() || *found != wnid) fail(fmt::format("the class {} is no folder of train", wnid));
    const auto label = static_cast<std::uint32_t>(found - wnids.begin());
    if (!labels.emplace(line.substr(0, tab), label).second) fail(line.substr(0, tab) + " is annotated twice");
  }
  return labels;
}

LabelledFiles validation_files(const fs::path& root, const std::vector<std::string>& wnids) {
  for (const char* part : {"val/images", "val/val_annotations.txt"}) check_present(root, part);
  const fs::path annotations = root / "val/val_annotations.txt";
  auto labels = read_annotations(annotations, wnids);
  LabelledFiles files;
  const auto folder = files.add_folder(root / "val/images");
  for (const std::string& name : image_names(root / "val/images")) {
    const auto label = labels.extract(name);
    if (label.empty()) {
      throw InputError(
          fmt::format("{}: has no line for {}", annotations.string(), (root / "val/images" / name).string()));
    }
    files.add(folder, name, label.mapped());
  }
  if (!labels.empty()) {
    throw InputError(fmt::format("{}: names {}, which is not in {}", annotations.string(), labels.begin()->first,
                                 (root / "val/images").string()));
  }
  return files;
}

}  // namespace

std::unique_ptr<Dataset> open_tiny_imagenet(const DatasetOptions& options, Split split) {
  check_present(options.path, "train");
  const std::vector<std::string> wnids = class_names(options.path / "train");
  const int classes = static_cast<int>(wnids.size());
  check_classes(options, classes);
  LabelledFiles files =
      split == Split::kTrain ? training_files(options.path, wnids) : validation_files(options.path, wnids);
  files.keep_first(limited_size(options, split, files.size()));
  return make_jpeg_files(std::move(files), {.classes = classes,
                                            .image_size = options.image_size,
                                            .stored_side = kStoredSide,
                                            .whole = options.whole_images});
}

}  // namespace scalemark::data
