#include "config/folder_classes.h"

#include <algorithm>
#include <filesystem>
#include <string>
#include <system_error>

namespace scalemark::config {
namespace {

/// Whether the sweep or a case says what the key is.
bool is_of_points(const Layer& layer, const std::string& key_path) {
  return find_axis(layer.sweep, key_path) != nullptr || std::ranges::any_of(layer.cases, [&](const CaseEntry& entry) {
           return find_assignment(entry.settings, key_path) != nullptr;
         });
}

std::string text_of(const Layer& layer, const std::string& key_path) {
  const Assignment* setting = find_assignment(layer.settings, key_path);
  return setting == nullptr ? "" : std::get<std::string>(setting->value);
}

std::int64_t folders_in(const std::filesystem::path& path) {
  std::error_code error;
  const std::filesystem::directory_iterator entries(path, error);
  if (error) return 0;
  return std::ranges::count_if(entries, [](const auto& entry) {
    std::error_code unreadable;
    return entry.path().filename().string().front() != '.' && entry.is_directory(unreadable);
  });
}

}  // namespace

void count_classes(Layer& layer) {
  const std::string name = text_of(layer, "dataset.name");
  if (name != "image-folder" && name != "tiny-imagenet") return;
  const bool given = layer.written.contains("dataset.classes") || find_assignment(layer.settings, "dataset.classes");
  if (given) return;
  for (const char* key : {"dataset.classes", "dataset.name", "dataset.path"})
    if (is_of_points(layer, key)) return;
  const Assignment* path = find_assignment(layer.settings, "dataset.path");
  constexpr std::int64_t kFewest = 2;
  const std::int64_t classes = folders_in(std::filesystem::path(text_of(layer, "dataset.path")) / "train");
  if (path == nullptr || classes < kFewest) return;
  layer.settings.push_back({find_key("dataset.classes"), path->place, "dataset.classes", classes});
}

}  // namespace scalemark::config
