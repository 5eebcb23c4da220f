#include "app/shipped_files.h"

#include <system_error>

#include "app/sibling.h"

namespace scalemark::app {

std::filesystem::path shipped_folder() {
  const auto one_up = program_folder().parent_path();
  const auto two_up = one_up.parent_path();
  // A program stands in libexec/scalemark of an installation, or in build/bin.
  for (const auto& folder : {two_up / "share/scalemark", one_up / "share/scalemark", two_up, one_up}) {
    std::error_code ignored;
    if (std::filesystem::is_directory(folder / "configs", ignored)) return folder;
  }
  return {};
}

std::filesystem::path or_shipped(const std::filesystem::path& asked) {
  std::error_code ignored;
  if (asked.empty() || asked.is_absolute() || std::filesystem::exists(asked, ignored)) return asked;
  if (*asked.begin() != "configs" && *asked.begin() != "results") return asked;
  const auto folder = shipped_folder();
  return !folder.empty() && std::filesystem::exists(folder / asked, ignored) ? folder / asked : asked;
}

bool is_of_installation(const std::filesystem::path& file) {
  const auto folder = shipped_folder();
  if (folder.filename() != "scalemark" || folder.parent_path().filename() != "share") return false;
  const auto relative = std::filesystem::absolute(file).lexically_normal().lexically_relative(folder);
  return !relative.empty() && *relative.begin() != "..";
}

}  // namespace scalemark::app
