#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>

#include <filesystem>
#include <map>
#include <memory>

#include "core/environment.h"
#include "doctor/own_facts.h"

namespace scalemark::doctor {
namespace {

bool has_address(const ifaddrs& entry) {
  if (entry.ifa_addr == nullptr) return false;
  if (entry.ifa_addr->sa_family == AF_INET) return true;
  if (entry.ifa_addr->sa_family != AF_INET6) return false;
  const auto* address = reinterpret_cast<const sockaddr_in6*>(entry.ifa_addr);
  return !IN6_IS_ADDR_LINKLOCAL(&address->sin6_addr);
}

std::vector<InterfaceFacts> interfaces() {
  ifaddrs* first = nullptr;
  if (getifaddrs(&first) != 0) return {};
  const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> owner(first, freeifaddrs);
  std::map<std::string, bool> usable;  // an interface has an entry for each of its addresses
  for (const ifaddrs* entry = first; entry != nullptr; entry = entry->ifa_next) {
    const bool leads_out = (entry->ifa_flags & IFF_UP) != 0 && (entry->ifa_flags & IFF_LOOPBACK) == 0;
    usable[entry->ifa_name] = usable[entry->ifa_name] || (leads_out && has_address(*entry));
  }
  std::vector<InterfaceFacts> found;
  found.reserve(usable.size());
  for (const auto& [name, is_usable] : usable) found.push_back({name, is_usable});
  return found;
}

std::vector<std::string> infiniband_devices() {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/sys/class/infiniband", error))
    names.push_back(entry.path().filename().string());
  return names;
}

}  // namespace

void add_network_facts(RankFacts& facts) {
  facts.interfaces = interfaces();
  facts.infiniband = infiniband_devices();
  facts.nccl_socket_ifname = process_environment("NCCL_SOCKET_IFNAME").value_or("");
  facts.nccl_ib_disable = process_environment("NCCL_IB_DISABLE").value_or("");
}

}  // namespace scalemark::doctor
