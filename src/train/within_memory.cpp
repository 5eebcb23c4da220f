#include "train/within_memory.h"

#include <c10/util/Exception.h>

#include <new>
#include <utility>

#include "comm/communicator_memory.h"
#include "monitor/on_every_rank.h"

namespace scalemark::train {
namespace {

// Why this rank's memory was not enough for the step; empty where it was.
std::string shortage_of(const std::function<void()>& step) {
  try {
    step();
  } catch (const c10::OutOfMemoryError& error) {
    return error.what_without_backtrace();
  } catch (const comm::CommunicatorOutOfMemory& error) {
    return error.what();
  } catch (const std::bad_alloc&) {
    return "the host's memory is exhausted";
  }
  return {};
}

}  // namespace

OutOfMemory::OutOfMemory(std::vector<std::string> shortages)
    : std::runtime_error("a rank of the case ran out of memory"), shortages_(std::move(shortages)) {}

void within_memory(const monitor::ControlGroup& group, const std::function<void()>& step,
                   const std::function<void()>& on_shortage) {
  auto shortages = monitor::on_every_rank(group, [&] {
    std::string shortage = shortage_of(step);
    if (!shortage.empty() && on_shortage) on_shortage();
    return shortage;
  });
  if (shortages) throw OutOfMemory(*std::move(shortages));
}

}  // namespace scalemark::train
