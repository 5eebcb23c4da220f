#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>

#include "core/units.h"
#include "core/unix_seconds.h"
#include "data/dataset.h"
#include "doctor/own_facts.h"

namespace scalemark::doctor {
namespace {

// A file of its own name, removed at the end.
class ProbeFile {
 public:
  explicit ProbeFile(const std::filesystem::path& folder) : path_((folder / ".scalemark-doctor-XXXXXX").string()) {
    fd_ = mkstemp(path_.data());
  }
  ~ProbeFile() {
    if (fd_ < 0) return;
    close(fd_);
    unlink(path_.c_str());
    unlink(renamed().c_str());
  }
  ProbeFile(const ProbeFile&) = delete;
  ProbeFile& operator=(const ProbeFile&) = delete;

  bool is_open() const { return fd_ >= 0; }
  bool write_and_rename() const {
    constexpr std::size_t kBytes = 65536;
    static const std::array<char, kBytes> zeros{};
    return write(fd_, zeros.data(), zeros.size()) == static_cast<ssize_t>(zeros.size()) && fsync(fd_) == 0 &&
           rename(path_.c_str(), renamed().c_str()) == 0;
  }
  bool lock() const { return flock(fd_, LOCK_EX | LOCK_NB) == 0; }
  double changed_unix_seconds() const {
    struct stat state {};
    constexpr double kNano = 1e-9;
    if (fstat(fd_, &state) != 0) return 0;
    return static_cast<double>(state.st_mtim.tv_sec) + kNano * static_cast<double>(state.st_mtim.tv_nsec);
  }

 private:
  std::string renamed() const { return path_ + ".renamed"; }

  std::string path_;
  int fd_;
};

std::int64_t free_bytes(const std::filesystem::path& folder) {
  struct statvfs space {};
  if (statvfs(folder.c_str(), &space) != 0) return kUnknown;
  return static_cast<std::int64_t>(space.f_bavail) * static_cast<std::int64_t>(space.f_frsize);
}

}  // namespace

std::map<std::string, std::string> data_faults(const config::Experiment& experiment) {
  std::map<std::string, std::string> faults;
  for (const auto& config : experiment.cases) {
    std::string path = config.dataset.path;
    if (path.empty()) path = data::default_path(config.dataset.name).string();
    if (path.empty()) continue;
    faults[path] = access(path.c_str(), R_OK) == 0 ? "" : std::strerror(errno);
  }
  return faults;
}

OutputFacts try_folder_of(const std::filesystem::path& output) {
  OutputFacts facts;
  const auto folder = std::filesystem::absolute(output).parent_path();
  facts.folder = folder.string();
  const double begin = unix_seconds();
  const ProbeFile probe(folder);
  if (!probe.is_open()) {
    facts.fault = std::strerror(errno);
    return facts;
  }
  facts.has_locks = probe.lock();
  if (!probe.write_and_rename()) facts.fault = std::strerror(errno);
  facts.commit_seconds = unix_seconds() - begin;
  facts.clock_ahead_seconds = std::min(0.0, probe.changed_unix_seconds() - begin) +
                              std::max(0.0, probe.changed_unix_seconds() - begin - facts.commit_seconds);
  facts.free_bytes = free_bytes(folder);
  return facts;
}

std::int64_t result_bytes(const config::Experiment& experiment) {
  // Per step and rank: each arm's time, six phases and their step's, and the times of some tens of buckets, twice.
  constexpr std::int64_t kNumbersPerStep = 4 + 7 + 2 * 32;
  std::int64_t numbers = 0;
  for (const auto& config : experiment.cases) {
    const std::int64_t steps = config.measure.steps * std::int64_t{std::max(1, config.measure.epochs)};
    numbers += kNumbersPerStep * steps * config.measure.repetitions * config.ranks();
  }
  constexpr std::int64_t kCopies = 2;  // the file, and the one that a commit writes beside it
  return kCopies * (kMebibyte + numbers * static_cast<std::int64_t>(sizeof(double)));
}

}  // namespace scalemark::doctor
