#include "monitor/own_network.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/stat.h>

#include <array>
#include <fstream>
#include <optional>

#include "core/host_name.h"

namespace scalemark::monitor {
namespace {

/// The number of this start of the machine, which all its containers see; the host name where there is none.
std::string machine() {
  std::string boot;
  std::ifstream("/proc/sys/kernel/random/boot_id") >> boot;
  return boot.empty() ? host_name() : boot;
}

std::optional<std::string> text_of(const sockaddr* address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const void* host = nullptr;
  if (address->sa_family == AF_INET) host = &reinterpret_cast<const sockaddr_in*>(address)->sin_addr;
  if (address->sa_family == AF_INET6) host = &reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr;
  if (host == nullptr) return std::nullopt;
  const bool on_one_link = address->sa_family == AF_INET6 && IN6_IS_ADDR_LINKLOCAL(host);
  if (on_one_link || inet_ntop(address->sa_family, host, text.data(), text.size()) == nullptr) return std::nullopt;
  return text.data();
}

}  // namespace

std::string own_network() {
  struct stat space {};
  // One number is the first name space's on every machine.
  const bool known = stat("/proc/self/ns/net", &space) == 0;
  return fmt::format("{}:{}", machine(), known ? space.st_ino : 0);
}

std::vector<std::string> own_addresses() {
  std::vector<std::string> addresses;
  ifaddrs* all = nullptr;
  if (getifaddrs(&all) == 0) {
    for (const ifaddrs* one = all; one != nullptr; one = one->ifa_next) {
      const bool usable = (one->ifa_flags & IFF_UP) != 0 && (one->ifa_flags & IFF_LOOPBACK) == 0;
      const auto text = usable && one->ifa_addr != nullptr ? text_of(one->ifa_addr) : std::nullopt;
      if (text) addresses.push_back(*text);
    }
    freeifaddrs(all);
  }
  addresses.emplace_back("127.0.0.1");
  return addresses;
}

}  // namespace scalemark::monitor
