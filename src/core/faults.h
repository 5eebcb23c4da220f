#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace scalemark {

inline constexpr const char* kFaultVariable = "SCALEMARK_FAULT";

/// What the caller of Faults::at() has to carry out itself.
enum class FaultEffect { kNone, kNan, kSkip, kShrink, kRetype };

/// One of them.
struct PlacedFault {
  std::optional<int> rank;  ///< nullopt: every rank
  std::string place;
  int nth = 0;                             ///< 0: each time
  std::chrono::duration<double> delay{0};  ///< where there is no action
  FaultEffect (*action)() = nullptr;
  std::string name;  ///< of the action
  int visits = 0;
};

/// Faults on purpose, for tests and for trying a report out. The environment variable SCALEMARK_FAULT names them,
/// several separated by commas, each as RANK:PLACE[@N]:ACTION:
///     RANK    a rank of the job, or * for every rank
///     PLACE   set_up, optimizer_state (when it has been made), connect (when the ranks have agreed on the parameters),
///             input (taking a batch from the loader), transfer, forward, backward, bucket (in backward, when one is
///             full), overlap (the same, while an earlier bucket is being reduced: a delay is backward that the
///             reduction beside it slows down), reduce, collective (before each reduction; in `scalemark comm` before
///             each collective), record (a step's graph), loss, optimizer, evaluate, write (the result file)
///     @N      the Nth time that the rank comes there; without it the first, and for delay each time
///     ACTION  delay=30ms; kill (SIGKILL), stop (SIGSTOP), exit, segfault, hang, throw (an error of the launch): what
///             may happen to a rank; oom: memory runs out; fail: the case's own work throws; nan: the loss is none;
///             skip, shrink, retype: the reduction is left out, of another size or of another type
/// Who measures does not ask for them: decorators and observers (faulty_communicator.h, fault_observer.h) put them in,
/// and are made only where there are any.
class Faults {
 public:
  Faults() = default;  ///< none

  /// Reads SCALEMARK_FAULT and keeps what concerns this rank. @throws InputError
  static Faults from_environment(int rank);

  /// The variable's text; empty where it is not set.
  const std::string& text() const { return text_; }

  /// Whether there are any for this rank.
  bool any() const { return !placed_.empty(); }

  /// The rank comes to this place: carries out what is put there. @throws std::bad_alloc, std::runtime_error,
  /// LaunchError
  FaultEffect at(std::string_view place);

 private:
  std::string text_;
  std::vector<PlacedFault> placed_;
};

}  // namespace scalemark
