// Preloaded into a rank: holds the first call that the program itself makes to another process for
// SCALEMARK_LATE_SECONDS, and leaves what libraries do alone.

#include <dlfcn.h>
#include <sys/socket.h>

#include <chrono>
#include <cstdlib>
#include <string_view>
#include <thread>

extern "C" int connect(int socket, const sockaddr* address, socklen_t size) {
  static const auto real = reinterpret_cast<int (*)(int, const sockaddr*, socklen_t)>(dlsym(RTLD_NEXT, "connect"));
  static bool held = false;
  Dl_info caller{};
  const bool known = dladdr(__builtin_return_address(0), &caller) != 0 && caller.dli_fname != nullptr;
  const char* seconds = std::getenv("SCALEMARK_LATE_SECONDS");
  if (!held && known && seconds != nullptr && std::string_view(caller.dli_fname).ends_with("scalemark-run")) {
    held = true;
    std::this_thread::sleep_for(std::chrono::duration<double>(std::strtod(seconds, nullptr)));
  }
  return real(socket, address, size);
}
