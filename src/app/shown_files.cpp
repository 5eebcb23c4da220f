#include "app/shown_files.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <new>
#include <stdexcept>
#include <utility>

#include "core/error.h"
#include "core/units.h"
#include "results/durable_file.h"
#include "results/limits.h"
#include "results/shown_results.h"

namespace scalemark::app {
namespace {

constexpr std::size_t kOwnBytes = 1 * kGibibyte;
constexpr std::size_t kBytesPerHeldByte = 64;
constexpr std::size_t kOwnSeconds = 60;
constexpr std::size_t kSecondsPerMebibyte = 10;
constexpr std::size_t kOwnWrittenBytes = 64 * kMebibyte;
constexpr std::size_t kWrittenPerStoredByte = 64;

/// Sets a limit of this process while it lives.
class ResourceLimit {
 public:
  ResourceLimit(__rlimit_resource resource, rlim_t most) : resource_(resource) {
    getrlimit(resource_, &before_);
    rlimit limit = before_;
    limit.rlim_cur = std::min(most, before_.rlim_cur);
    setrlimit(resource_, &limit);
  }
  ResourceLimit(const ResourceLimit&) = delete;
  ResourceLimit& operator=(const ResourceLimit&) = delete;
  ~ResourceLimit() { setrlimit(resource_, &before_); }

 private:
  __rlimit_resource resource_;
  rlimit before_{};
};

std::size_t mapped_bytes() {
  std::size_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  return pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

rlim_t used_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<rlim_t>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec);
}

extern "C" void end_for_time(int) {
  constexpr char kLine[] = "scalemark: error: the files need more processor time than is allowed for their size\n";
  [[maybe_unused]] const auto written = write(STDERR_FILENO, kLine, sizeof kLine - 1);
  _exit(static_cast<int>(ExitCode::kInput));
}

void add_one(const std::filesystem::path& path, results::ResultFile file, ShownFiles& shown) {
  shown.files.push_back(results::shown_results(std::move(file)));
  shown.stored_bytes += results::stored_bytes(path);
  shown.held_bytes += results::held_bytes(shown.files.back());
}

}  // namespace

void add_shown(const std::vector<std::filesystem::path>& paths, ShownFiles& shown, FileReader reader) {
  for (const auto& path : paths) add_one(path, reader(path), shown);
}

ShownFiles shown_of(const std::vector<std::filesystem::path>& paths, std::vector<results::ResultFile> files) {
  ShownFiles shown;
  shown.files.reserve(paths.size());
  for (std::size_t i = 0; i < paths.size(); ++i) add_one(paths[i], std::move(files.at(i)), shown);
  return shown;
}

ShownFiles read_shown(const std::vector<std::filesystem::path>& paths, FileReader reader) {
  ShownFiles shown;
  shown.files.reserve(paths.size());
  add_shown(paths, shown, reader);
  return shown;
}

std::size_t most_written_bytes(const ShownFiles& shown) {
  return kOwnWrittenBytes + kWrittenPerStoredByte * shown.stored_bytes;
}

void within_bounds(const ShownFiles& shown, const std::function<void()>& work) {
  const std::size_t bytes = kOwnBytes + kBytesPerHeldByte * shown.held_bytes;
  std::signal(SIGXCPU, end_for_time);
  const ResourceLimit time(RLIMIT_CPU,
                           used_seconds() + kOwnSeconds + kSecondsPerMebibyte * shown.held_bytes / kMebibyte);
  try {
    const ResourceLimit memory(RLIMIT_AS, mapped_bytes() + bytes);
    work();
  } catch (const std::bad_alloc&) {
    throw InputError(fmt::format("the files need more than {} of memory, the limit for {} of samples and texts",
                                 format_bytes(static_cast<double>(bytes)),
                                 format_bytes(static_cast<double>(shown.held_bytes))));
  } catch (const std::logic_error& error) {
    throw InputError(
        fmt::format("the files hold numbers that contradict each other ({}); please report this", error.what()));
  }
}

}  // namespace scalemark::app
