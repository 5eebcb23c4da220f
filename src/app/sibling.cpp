#include "app/sibling.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <sstream>

#include "core/error.h"

namespace scalemark::app {
namespace {

// What the program writes when the loader lists its libraries in place of starting it.
std::string listed_libraries(const std::string& program) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return {};
  const pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], STDOUT_FILENO);
    setenv("LD_TRACE_LOADED_OBJECTS", "1", 1);
    execl(program.c_str(), program.c_str(), nullptr);
    _exit(1);
  }
  close(ends[1]);
  std::string text;
  std::array<char, 4096> part;
  for (ssize_t count = 1; count > 0;) {
    count = read(ends[0], part.data(), part.size());
    if (count > 0) text.append(part.data(), static_cast<std::size_t>(count));
  }
  close(ends[0]);
  if (child > 0) waitpid(child, nullptr, 0);
  return text;
}

// The loader itself would say but one of them, and end with 127.
void require_libraries(const std::string& program) {
  std::vector<std::string> missing;
  std::istringstream lines(listed_libraries(program));
  for (std::string line; std::getline(lines, line);) {
    if (line.find("=> not found") != std::string::npos) missing.push_back(line.substr(1, line.find(" =>") - 1));
  }
  if (missing.empty()) return;
  throw InputError(
      fmt::format("{} cannot start: these of its libraries are missing, or this user may not read them: {}; "
                  "docs/install.md says how LibTorch is found (SCALEMARK_TORCH)",
                  program, fmt::join(missing, ", ")));
}

}  // namespace

std::filesystem::path program_folder() { return std::filesystem::read_symlink("/proc/self/exe").parent_path(); }

bool has_sibling(const std::string& name) { return access((program_folder() / name).c_str(), X_OK) == 0; }

void replace_by_sibling(const std::string& name, const std::vector<std::string>& arguments) {
  const std::string program = program_folder() / name;
  if (has_sibling(name)) require_libraries(program);
  std::vector<std::string> words{name};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  execv(program.c_str(), argv.data());
  throw InputError(
      fmt::format("{}: {}; measuring needs this program, reports do not: build with SCALEMARK_BUILD_RUN=ON", program,
                  std::strerror(errno)));
}

}  // namespace scalemark::app
