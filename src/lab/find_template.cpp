#include "lab/find_template.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <system_error>

namespace scalemark::lab {
namespace {

constexpr std::string_view kExtension = ".yaml";

bool is_file(const std::filesystem::path& path) {
  std::error_code error;
  return std::filesystem::is_regular_file(path, error);
}

}  // namespace

bool is_template_name(const std::string& name) {
  constexpr std::size_t kLongest = 64;
  constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  const bool begins_well = !name.empty() && name.front() != '.' && name.front() != '-';
  return begins_well && name.size() <= kLongest && name != "report" &&
         name.find_first_not_of(kAllowed) == std::string::npos;
}

std::optional<std::filesystem::path> find_template(const std::string& name_or_path, const Folders& folders) {
  if (name_or_path.find('/') != std::string::npos || name_or_path.ends_with(kExtension)) return name_or_path;
  for (const auto& folder : folders) {
    const auto path = folder / (name_or_path + std::string(kExtension));
    if (is_file(path)) return path;
  }
  return std::nullopt;
}

std::vector<std::string> template_names(const Folders& folders) {
  std::set<std::string> names;
  for (const auto& folder : folders) {
    std::error_code error;
    for (const auto& file : std::filesystem::directory_iterator(folder, error)) {
      if (file.path().extension() == kExtension) names.insert(file.path().stem().string());
    }
  }
  return {names.begin(), names.end()};
}

std::string template_of(const results::ResultFile& file) {
  constexpr std::string_view kKey = "\ntemplate: ";
  const std::string config = "\n" + file.provenance.config;
  const auto found = config.find(kKey);
  if (found == std::string::npos) return "";
  const auto begin = found + kKey.size();
  std::string name = config.substr(begin, config.find('\n', begin) - begin);
  return name == "none" || !is_template_name(name) ? "" : name;
}

std::optional<std::filesystem::path> find_published(const std::string& name,
                                                    const std::filesystem::path& template_file) {
  const auto folder = template_file.parent_path();
  for (const char* place :
       {".", "../published", "../../published", "../results/published", "../../results/published"}) {
    const auto path = (folder / place / name).lexically_normal();
    if (is_file(path)) return path;
  }
  return std::nullopt;
}

}  // namespace scalemark::lab
