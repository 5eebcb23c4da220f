#include "comm/stand_in_nccl.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <new>

struct ncclComm {
  bool aborted = false;
};

namespace scalemark::comm::stand_in {
namespace {

struct Script {
  std::map<std::string, std::deque<Answer>> answers;
  std::vector<std::string> calls;
  std::string last_words;
  ncclResult_t background = ncclSuccess;
  bool released = false;
  int blocking = -1;
};

std::mutex mutex;
std::condition_variable changed;
Script script;
int graphs = 0;
int alive = 0;
std::map<void*, std::size_t> allocations;

/// Plays the next answer of `function` to a call on `comm`, which may be null.
ncclResult_t play(const std::string& function, const ncclComm* comm = nullptr) {
  std::unique_lock lock(mutex);
  script.calls.push_back(function);
  changed.notify_all();
  auto& waiting = script.answers[function];
  if (waiting.empty()) return ncclSuccess;
  const Answer answer = waiting.front();
  waiting.pop_front();
  if (!answer.last_words.empty()) script.last_words = answer.last_words;
  if (answer.waits_for_abort) changed.wait(lock, [&] { return comm != nullptr && comm->aborted; });
  if (answer.waits_for_release) changed.wait(lock, [] { return script.released; });
  return answer.result;
}

// As NCCL does, which hands a communicator out before it is ready, and where it failed too.
ncclResult_t make(const char* function, ncclComm_t* made, const ncclConfig_t* config) {
  {
    const std::scoped_lock lock(mutex);
    script.blocking = config->blocking;
    if (made != nullptr) {
      *made = new ncclComm;
      ++alive;
    }
  }
  return play(function, made == nullptr ? nullptr : *made);
}

void end(ncclComm_t comm) {
  const std::scoped_lock lock(mutex);
  --alive;
  // Not deleted: as with NCCL another thread may be inside a call on it, and a test's process is short.
  comm->aborted = true;
  changed.notify_all();
}

}  // namespace

void reset() {
  release();
  const std::scoped_lock lock(mutex);
  script = {};
  alive = 0;  // a set-up that was given up as late came up all the same
}

void answer(const std::string& function, std::vector<Answer> answers) {
  const std::scoped_lock lock(mutex);
  script.answers[function] = {answers.begin(), answers.end()};
}

void fail_in_background(ncclResult_t result, const std::string& last_words) {
  const std::scoped_lock lock(mutex);
  script.background = result;
  script.last_words = last_words;
}

void release() {
  const std::scoped_lock lock(mutex);
  script.released = true;
  changed.notify_all();
}

HeldGraph::HeldGraph() {
  const std::scoped_lock lock(mutex);
  ++graphs;
}

HeldGraph::~HeldGraph() {
  const std::scoped_lock lock(mutex);
  --graphs;
  changed.notify_all();
}

bool has_come(const std::string& function) {
  std::unique_lock lock(mutex);
  return changed.wait_for(lock, std::chrono::seconds(10), [&] {
    return std::find(script.calls.begin(), script.calls.end(), function) != script.calls.end();
  });
}

std::vector<std::string> calls() {
  const std::scoped_lock lock(mutex);
  return script.calls;
}

int communicators_alive() {
  const std::scoped_lock lock(mutex);
  return alive;
}

int last_blocking() {
  const std::scoped_lock lock(mutex);
  return script.blocking;
}

std::size_t bytes_allocated() {
  const std::scoped_lock lock(mutex);
  std::size_t sum = 0;
  for (const auto& [memory, bytes] : allocations) sum += bytes;
  return sum;
}

}  // namespace scalemark::comm::stand_in

using namespace scalemark::comm::stand_in;

extern "C" {

ncclResult_t ncclCommInitRankConfig(ncclComm_t* comm, int, ncclUniqueId, int, ncclConfig_t* config) {
  return make("CommInitRankConfig", comm, config);
}

ncclResult_t ncclCommSplit(ncclComm_t, int color, int, ncclComm_t* part, ncclConfig_t* config) {
  return make("CommSplit", color == NCCL_SPLIT_NOCOLOR ? nullptr : part, config);
}

ncclResult_t ncclCommFinalize(ncclComm_t comm) { return play("CommFinalize", comm); }

ncclResult_t ncclCommDestroy(ncclComm_t comm) {
  const ncclResult_t result = play("CommDestroy", comm);
  end(comm);
  return result;
}

// The kernels of an aborted communicator end, and the calls on it get through; its graphs are waited for.
ncclResult_t ncclCommAbort(ncclComm_t comm) {
  {
    std::unique_lock lock(mutex);
    comm->aborted = true;
    changed.notify_all();
  }
  const ncclResult_t result = play("CommAbort", comm);
  {
    std::unique_lock lock(mutex);
    changed.wait(lock, [] { return graphs == 0; });
  }
  end(comm);
  return result;
}

ncclResult_t ncclCommGetAsyncError(ncclComm_t, ncclResult_t* state) {
  const std::scoped_lock lock(mutex);
  *state = script.background;
  return ncclSuccess;
}

ncclResult_t ncclCommRegister(const ncclComm_t comm, void* memory, size_t, void** registration) {
  *registration = memory;
  return play("CommRegister", comm);
}

ncclResult_t ncclCommDeregister(const ncclComm_t comm, void*) { return play("CommDeregister", comm); }

ncclResult_t ncclAllReduce(const void*, void*, size_t, ncclDataType_t, ncclRedOp_t, ncclComm_t comm, cudaStream_t) {
  return play("AllReduce", comm);
}

ncclResult_t ncclMemAlloc(void** memory, size_t bytes) {
  const ncclResult_t result = play("MemAlloc");
  if (result != ncclSuccess) return result;
  const std::scoped_lock lock(mutex);
  *memory = ::operator new(bytes);
  allocations[*memory] = bytes;
  return ncclSuccess;
}

ncclResult_t ncclMemFree(void* memory) {
  const ncclResult_t result = play("MemFree");
  const std::scoped_lock lock(mutex);
  allocations.erase(memory);
  ::operator delete(memory);
  return result;
}

const char* ncclGetErrorString(ncclResult_t result) {
  return result == ncclUnhandledCudaError ? "unhandled cuda error" : "another error";
}

const char* ncclGetLastError(ncclComm_t) {
  const std::scoped_lock lock(mutex);
  thread_local std::string words;
  words = script.last_words;
  return words.c_str();
}

}  // extern "C"
