#include "config/config_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>
#include <vector>

#include "config/suggestion.h"
#include "core/error.h"
#include "core/units.h"

namespace scalemark::config {
namespace {

// Beside the file that was asked for, and where this project has its configs.
std::string advice_on(const std::filesystem::path& missing) {
  const std::filesystem::path beside = missing.has_parent_path() ? missing.parent_path() : ".";
  for (const auto& folder : {beside, beside / "configs"}) {
    std::error_code error;
    std::vector<std::string> names;
    for (const auto& file : std::filesystem::directory_iterator(folder, error))
      if (file.path().extension() == ".yaml") names.push_back(file.path().stem().string());
    std::ranges::sort(names);
    if (const auto near = nearest_name(missing.stem().string(), names))
      return fmt::format("did you mean {}?", (folder / (*near + ".yaml")).lexically_normal().string());
  }
  return "scalemark list configs shows those at hand";
}

}  // namespace

std::string read_config_file(const std::filesystem::path& path) {
  const auto refuse = [&](const std::string& what) { throw InputError(fmt::format("{}: {}", path.string(), what)); };
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) refuse("there is no such config file; " + advice_on(path));
  if (std::filesystem::is_directory(status)) refuse("is a folder; give a config file");
  if (!std::filesystem::is_regular_file(status)) refuse("is no regular file; give a config file");

  std::ifstream file(path, std::ios::binary);
  if (!file) refuse(fmt::format("cannot be read: {}", std::strerror(errno)));
  std::string text(static_cast<std::size_t>(kMebibyte) + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) refuse(fmt::format("cannot be read: {}", std::strerror(errno)));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.starts_with("\x89HDF")) refuse("is a result file, not a config; scalemark report reads it");
  if (text.size() > static_cast<std::size_t>(kMebibyte)) refuse("is larger than 1 MiB: is it a config file?");
  return text;
}

}  // namespace scalemark::config
