#include "app/sibling.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/error.h"

namespace scalemark::app {

std::filesystem::path program_folder() { return std::filesystem::read_symlink("/proc/self/exe").parent_path(); }

bool has_sibling(const std::string& name) { return access((program_folder() / name).c_str(), X_OK) == 0; }

void replace_by_sibling(const std::string& name, const std::vector<std::string>& arguments) {
  const std::string program = program_folder() / name;
  std::vector<std::string> words{name};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  execv(program.c_str(), argv.data());
  throw InputError(fmt::format(
      "{}: {}; measuring needs it, and only the report side works without: build with SCALEMARK_BUILD_RUN=ON", program,
      std::strerror(errno)));
}

}  // namespace scalemark::app
