#include "train/within_memory.h"

#include <c10/util/Exception.h>

#include <new>
#include <system_error>
#include <utility>

#include "comm/communicator_memory.h"
#include "core/error.h"
#include "core/failure.h"
#include "core/log.h"
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

// Empty would say that nothing happened.
std::string said_by(const char* what) {
  std::string line = first_line(what);
  return line.empty() ? "an error without a message" : line;
}

}  // namespace

OutOfMemory::OutOfMemory(std::vector<std::string> shortages)
    : std::runtime_error("a rank of the case ran out of memory"), shortages_(std::move(shortages)) {}

CaseError::CaseError(std::vector<std::string> reasons)
    : std::runtime_error("a rank of the case failed"), reasons_(std::move(reasons)) {}

Setback setback_of(const std::function<void()>& step) {
  try {
    return {shortage_of(step), {}};
  } catch (const Error&) {
    throw;
  } catch (const std::system_error&) {
    throw;
  } catch (const c10::Error& error) {
    return {{}, said_by(error.what_without_backtrace())};
  } catch (const std::exception& error) {
    return {{}, said_by(error.what())};
  }
}

void within_memory(const monitor::ControlGroup& group, const std::function<void()>& step) {
  auto shortages = monitor::on_every_rank(group, [&] { return shortage_of(step); });
  if (shortages) throw OutOfMemory(*std::move(shortages));
}

void within_case(const monitor::ControlGroup& group, const std::function<void()>& step,
                 const std::function<void()>& on_setback) {
  Setback mine;
  auto shortages = monitor::on_every_rank(group, [&] {
    mine = setback_of(step);
    const std::string reason = mine.shortage + mine.error;
    // Said at once: what follows may throw, or wait for a rank that waits for this one.
    if (!mine.error.empty()) spdlog::warn("rank {}: {}", group.rank(), mine.error);
    if (!reason.empty()) on_setback();
    return reason;
  });
  if (!shortages) return;
  if (group.max(std::int64_t{!mine.error.empty()}) == 0) throw OutOfMemory(*std::move(shortages));
  throw CaseError(group.gather(mine.error));
}

}  // namespace scalemark::train
