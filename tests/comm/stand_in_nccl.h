#pragma once

#include <nccl.h>

#include <string>
#include <vector>

// A library in NCCL's place that answers as a test tells it, for what is linked with it: no GPU, no driver, and no
// other rank is needed. Functions are named without their "nccl".
namespace scalemark::comm::stand_in {

/// What a call does, once.
struct Answer {
  ncclResult_t result = ncclSuccess;
  std::string last_words = {};     ///< what ncclGetLastError says from then on
  bool waits_for_abort = false;    ///< it returns when its communicator is aborted
  bool waits_for_release = false;  ///< it returns after release()
};

/// Forgets everything, and lets go what waits for a release.
void reset();

/// The next calls of `function` answer so, in order; later ones succeed at once.
void answer(const std::string& function, std::vector<Answer> answers);

/// What happened in the background, as ncclCommGetAsyncError tells it.
void fail_in_background(ncclResult_t result, const std::string& last_words);

/// Lets go the calls that wait for it, now and later.
void release();

/// A CUDA graph that holds every communicator: an abort waits until the last is gone.
class HeldGraph {
 public:
  HeldGraph();
  ~HeldGraph();
  HeldGraph(const HeldGraph&) = delete;
  HeldGraph& operator=(const HeldGraph&) = delete;
};

/// Returns when a call of `function` has come in since the last reset(), within ten seconds; false where none has.
bool has_come(const std::string& function);

/// Every call that came in, in order.
std::vector<std::string> calls();

/// Communicators that were made and neither destroyed nor aborted.
int communicators_alive();

/// `blocking` of the config with which the last communicator was made.
int last_blocking();

/// Bytes that ncclMemAlloc gave and ncclMemFree did not take back.
std::size_t bytes_allocated();

}  // namespace scalemark::comm::stand_in
