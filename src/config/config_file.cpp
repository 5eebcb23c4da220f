#include "config/config_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>

#include "core/error.h"
#include "core/units.h"

namespace scalemark::config {

std::string read_config_file(const std::filesystem::path& path) {
  const auto refuse = [&](const std::string& what) { throw InputError(fmt::format("{}: {}", path.string(), what)); };
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status))
    refuse("there is no such config file; scalemark list configs shows those at hand");
  if (std::filesystem::is_directory(status)) refuse("is a folder; give a config file");
  if (!std::filesystem::is_regular_file(status)) refuse("is no regular file; give a config file");

  std::ifstream file(path, std::ios::binary);
  if (!file) refuse(fmt::format("cannot be read: {}", std::strerror(errno)));
  std::string text(static_cast<std::size_t>(kMebibyte) + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) refuse(fmt::format("cannot be read: {}", std::strerror(errno)));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > static_cast<std::size_t>(kMebibyte)) refuse("is larger than 1 MiB: is it a config file?");
  return text;
}

}  // namespace scalemark::config
