#include "app/quiet_end.h"

#include <dlfcn.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <string>
#include <string_view>
#include <thread>

#include "core/environment.h"

namespace scalemark::app {
namespace {

// Of PMIx, by which a process talks to its launcher. Open MPI brings its own copy or uses the system's; where there is
// none to be found, mpirun's lines stay.
using Initialize = int (*)(void* process, void* info, std::size_t infos);
using Abort = int (*)(int status, const char* message, void* processes, std::size_t count);

template <typename Function>
Function function_of(void* library, const char* name) {
  return library == nullptr ? nullptr : reinterpret_cast<Function>(dlsym(library, name));
}

// Another parent is a script, which may go on after this command, and with it the job.
bool mpirun_is_parent() {
  std::ifstream file("/proc/" + std::to_string(getppid()) + "/comm");
  std::string name;
  std::getline(file, name);
  constexpr std::array<std::string_view, 4> kLaunchers{"mpirun", "mpiexec", "orterun", "orted"};
  return std::ranges::find(kLaunchers, name) != kLaunchers.end();
}

volatile std::sig_atomic_t code_of_end = 0;

extern "C" void on_end(int) { _exit(code_of_end); }

}  // namespace

void end_quietly(int rank, ExitCode exit_code) {
  if (!started_by_mpirun() || !process_environment("PMIX_RANK") || !mpirun_is_parent()) return;
  void* const pmix = dlopen("libpmix.so.2", RTLD_LAZY);
  const auto initialize = function_of<Initialize>(pmix, "PMIx_Init");
  const auto abort = function_of<Abort>(pmix, "PMIx_Abort");
  if (initialize == nullptr || abort == nullptr) return;
  std::cout.flush();
  std::fflush(nullptr);
  // mpirun ends the ranks by SIGTERM: each keeps its code.
  code_of_end = static_cast<int>(exit_code);
  std::signal(SIGTERM, on_end);
  // PMIx waits for the launcher's answer.
  constexpr unsigned kLongestAnswerSeconds = 10;
  std::signal(SIGALRM, on_end);
  alarm(kLongestAnswerSeconds);
  if (rank == 0 && initialize(nullptr, nullptr, 0) == 0) {
    abort(code_of_end, nullptr, nullptr, 0);
    _exit(code_of_end);
  }
  // A rank that ended now by itself would be the first to do so, and mpirun would say that.
  constexpr std::chrono::seconds kLongest{5};
  std::this_thread::sleep_for(kLongest);
}

}  // namespace scalemark::app
