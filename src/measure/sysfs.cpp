#include "measure/sysfs.h"

#include <algorithm>
#include <fstream>
#include <system_error>

namespace scalemark::measure {

namespace fs = std::filesystem;

std::vector<fs::path> sysfs_entries(const fs::path& folder, const std::string& prefix) {
  std::vector<fs::path> entries;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().filename().string().starts_with(prefix)) entries.push_back(entry.path());
  }
  std::ranges::sort(entries);
  return entries;
}

std::string sysfs_line(const fs::path& file) {
  std::ifstream stream(file);
  std::string line;
  std::getline(stream, line);
  return line;
}

}  // namespace scalemark::measure
