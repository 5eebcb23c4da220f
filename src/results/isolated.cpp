#include "results/isolated.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>
#include <new>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

namespace scalemark::results {
namespace {

/// What the child's exit status says of the bytes that it sent.
enum ChildExit : int { kResult = 0, kMessage = 17 };

/// What this process has mapped by now; 0 where the system does not say.
std::size_t mapped_bytes() {
  std::size_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  return pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

void limit_memory(std::size_t limit_bytes) {
  if (limit_bytes == kAnyMemory) return;
  const rlim_t bytes = mapped_bytes() + limit_bytes;
  const rlimit address_space{bytes, bytes};
  setrlimit(RLIMIT_AS, &address_space);
}

/// A crash is expected here: the signals end the child as by default, and neither a core file nor the C library's last
/// words reach the user.
void prepare_to_crash(unsigned limit_seconds) {
  for (const int signal : std::array{SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGXCPU, SIGALRM, SIGPIPE})
    std::signal(signal, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  const rlimit processor_time{limit_seconds, limit_seconds + 1};
  setrlimit(RLIMIT_CPU, &processor_time);
  // Should it wait for something instead of computing.
  alarm(20 * limit_seconds);
  const int silence = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (silence >= 0) dup2(silence, STDERR_FILENO);
}

bool send(int pipe, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(pipe, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return true;
}

bool send_message(int pipe, std::string_view message) { return send(pipe, std::as_bytes(std::span(message))); }

/// Ends without the parent's destructors and exit handlers, which are not the child's to run.
[[noreturn]] void run_child(const std::function<std::vector<std::byte>()>& work, int pipe, unsigned limit_seconds,
                            std::size_t limit_bytes) {
  prepare_to_crash(limit_seconds);
  limit_memory(limit_bytes);
  try {
    if (send(pipe, work())) _exit(kResult);
  } catch (const std::bad_alloc&) {
    if (send_message(pipe, "needs more memory than it may take")) _exit(kMessage);
  } catch (const std::exception& error) {
    if (send_message(pipe, error.what())) _exit(kMessage);
  } catch (...) {
    std::abort();
  }
  std::abort();
}

std::vector<std::byte> receive(int pipe) {
  std::vector<std::byte> bytes;
  std::array<std::byte, 65536> part;
  while (true) {
    const ssize_t count = read(pipe, part.data(), part.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return bytes;
    bytes.insert(bytes.end(), part.begin(), part.begin() + count);
  }
}

int wait_for(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "waiting for a process");
  return status;
}

}  // namespace

std::vector<std::byte> run_isolated(const std::function<std::vector<std::byte>()>& work, unsigned limit_seconds,
                                    std::size_t limit_bytes) {
  std::array<int, 2> pipe_ends{};
  if (pipe2(pipe_ends.data(), O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "making a pipe");
  const auto [read_end, write_end] = pipe_ends;
  const pid_t child = fork();
  const int fork_error = errno;
  if (child == 0) {
    // Or the child would wait for ever for itself to read, where its parent was killed.
    close(read_end);
    run_child(work, write_end, limit_seconds, limit_bytes);
  }
  close(write_end);
  if (child < 0) {
    close(read_end);
    throw std::system_error(fork_error, std::generic_category(), "starting a process");
  }
  std::vector<std::byte> bytes = receive(read_end);
  close(read_end);
  const int status = wait_for(child);
  if (WIFEXITED(status) && WEXITSTATUS(status) == kResult) return bytes;
  if (!WIFEXITED(status) || WEXITSTATUS(status) != kMessage) throw IsolatedCrash("the work crashed or ran too long");
  std::string message(bytes.size(), '\0');
  std::memcpy(message.data(), bytes.data(), bytes.size());
  throw std::runtime_error(message);
}

}  // namespace scalemark::results
