#include <sys/resource.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <thread>

#include "doctor/own_facts.h"
#include "measure/host_map.h"

namespace scalemark::doctor {
namespace {

std::int64_t locked_memory_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_MEMLOCK, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return kUnknown;
  return static_cast<std::int64_t>(limit.rlim_cur);
}

std::int64_t free_shared_memory() {
  struct statvfs space {};
  if (statvfs("/dev/shm", &space) != 0) return kUnknown;
  return static_cast<std::int64_t>(space.f_bavail) * static_cast<std::int64_t>(space.f_frsize);
}

}  // namespace

void add_host_facts(RankFacts& facts) {
  facts.cores = measure::allowed_cores();
  facts.node_cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  facts.locked_memory_bytes = locked_memory_limit();
  facts.shared_memory_bytes = free_shared_memory();
}

}  // namespace scalemark::doctor
