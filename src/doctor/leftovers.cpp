#include "doctor/leftovers.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <string>
#include <string_view>

#include "core/environment.h"
#include "core/host_name.h"

namespace scalemark::doctor {
namespace {

namespace fs = std::filesystem;

bool is_mine(const fs::path& path) {
  struct stat status {};
  return lstat(path.c_str(), &status) == 0 && status.st_uid == geteuid();
}

bool is_number(const std::string& name) { return !name.empty() && name.find_first_not_of("0123456789") == name.npos; }

/// The entries of a folder; none where it cannot be listed.
std::vector<fs::path> entries_of(const fs::path& folder) {
  std::vector<fs::path> entries;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error); !error && entry != fs::directory_iterator(); entry.increment(error))
    entries.push_back(entry->path());
  std::ranges::sort(entries);
  return entries;
}

/// The names in /dev/shm that processes of this user have mapped. One that may not be looked into has more rights than
/// this one, and is no rank of this user's.
std::set<std::string> mapped_names(const fs::path& proc) {
  constexpr std::string_view kSharedMemory = "/dev/shm/";
  std::set<std::string> names;
  for (const auto& process : entries_of(proc)) {
    if (!is_number(process.filename()) || !is_mine(process)) continue;
    std::ifstream maps(process / "maps");
    for (std::string line; std::getline(maps, line);) {
      if (const auto at = line.find(kSharedMemory); at != line.npos)
        names.insert(line.substr(at + kSharedMemory.size()));
    }
  }
  return names;
}

bool is_of_a_job(const std::string& name) {
  constexpr std::string_view kPrefixes[] = {"vader_segment.", "sm_segment.", "nccl-"};
  return std::ranges::any_of(kPrefixes, [&](std::string_view prefix) { return name.starts_with(prefix); });
}

std::int64_t bytes_of(const fs::path& path) {
  std::error_code error;
  if (fs::is_regular_file(fs::symlink_status(path, error)))
    return static_cast<std::int64_t>(fs::file_size(path, error));
  std::int64_t bytes = 0;
  for (fs::recursive_directory_iterator entry(path, error); !error && entry != fs::recursive_directory_iterator();
       entry.increment(error)) {
    if (entry->is_regular_file(error)) bytes += static_cast<std::int64_t>(entry->file_size(error));
  }
  return bytes;
}

void add(const fs::path& path, LeftoverFacts& found) {
  found.paths.push_back(path.string());
  found.bytes += bytes_of(path);
}

void add_shared_memory(const fs::path& root, LeftoverFacts& found) {
  const std::set<std::string> held = mapped_names(root / "proc");
  for (const auto& path : entries_of(root / "dev/shm")) {
    const std::string name = path.filename();
    if (is_of_a_job(name) && is_mine(path) && !held.contains(name)) add(path, found);
  }
}

/// A launcher's folder is ompi.HOST.USER/pid.PROCESS.
void add_sessions(const fs::path& root, const fs::path& session, LeftoverFacts& found) {
  constexpr std::string_view kProcess = "pid.";
  const std::string full_name = host_name();
  const std::string host = full_name.substr(0, full_name.find('.'));
  for (const auto& folder : entries_of(session)) {
    // A folder that hosts share holds those of the others too, whose processes are not seen here.
    if (!folder.filename().string().starts_with(fmt::format("ompi.{}.", host)) || !is_mine(folder)) continue;
    for (const auto& of_launcher : entries_of(folder)) {
      const std::string name = of_launcher.filename();
      if (!name.starts_with(kProcess) || !is_number(name.substr(kProcess.size()))) continue;
      if (!fs::exists(root / "proc" / name.substr(kProcess.size()))) add(of_launcher, found);
    }
  }
}

}  // namespace

LeftoverFacts find_leftovers(const fs::path& root, const fs::path& session) {
  LeftoverFacts found;
  add_shared_memory(root, found);
  add_sessions(root, session, found);
  return found;
}

LeftoverFacts find_leftovers() { return find_leftovers("/", process_environment("TMPDIR").value_or("/tmp")); }

}  // namespace scalemark::doctor
