#include "comm/nccl/nccl_connection.h"

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <future>
#include <mutex>
#include <utility>

#include "comm/communicator_memory.h"
#include "comm/nccl/nccl_check.h"
#include "comm/nccl/nccl_watch.h"
#include "core/failure.h"
#include "core/log.h"

namespace scalemark::comm {
namespace {

constexpr std::chrono::milliseconds kBetweenAlarmLooks{5};
constexpr int kAttempts = 2;

/// How an attempt ended on a rank; for the group the greatest counts, which explains the smaller ones.
enum class Ending : std::int64_t {
  kConnected,
  kLeftAlone,  ///< it gave up because another rank had failed
  kFailed,
  kLacksMemory,
  kLate  ///< NCCL still makes the communicator: no rank may try again
};

/// One rank's attempt, made in a thread of its own while the rank's own thread listens to the other ranks.
class Attempt {
 public:
  explicit Attempt(const NcclRecipe& recipe) : recipe_(recipe), make_(recipe.prepare()) {}

  void run() {
    try {
      make_and_connect();
    } catch (const NcclMemoryError& error) {
      end(Ending::kLacksMemory, error.what());
    } catch (const NcclLateError& error) {
      end(Ending::kLate, error.what());
    } catch (const std::exception& error) {
      end(left_alone_ ? Ending::kLeftAlone : Ending::kFailed, first_line(error.what()));
    }
  }

  void give_up() {
    const std::scoped_lock lock(mutex_);
    left_alone_ = true;
    if (comm_) comm_->give_up("NCCL: another rank could not connect");
  }

  // After run().
  Ending ending() const { return ending_; }
  const std::string& reason() const { return reason_; }
  const std::shared_ptr<NcclComm>& comm() const { return comm_; }

 private:
  void make_and_connect() {
    std::shared_ptr<NcclComm> made = make_();
    {
      const std::scoped_lock lock(mutex_);
      comm_ = made;
    }
    if (!made) return;
    const NcclWatch watch(*made);
    recipe_.connect(*made);
  }

  void end(Ending ending, std::string reason) {
    ending_ = ending;
    reason_ = std::move(reason);
  }

  const NcclRecipe& recipe_;
  NcclRecipe::Make make_;
  Ending ending_ = Ending::kConnected;
  std::string reason_;
  std::atomic<bool> left_alone_ = false;
  std::mutex mutex_;
  std::shared_ptr<NcclComm> comm_;
};

void run_beside(Attempt& attempt, monitor::ControlGroup& group) {
  const std::future<void> done = std::async(std::launch::async, [&] { attempt.run(); });
  while (done.wait_for(kBetweenAlarmLooks) != std::future_status::ready) {
    if (group.hears_alarm()) attempt.give_up();
  }
  if (attempt.ending() > Ending::kLeftAlone) group.raise_alarm();
}

/// Collective: the first rank whose attempt ended so, and why.
std::string who_and_why(const monitor::ControlGroup& group, const Attempt& attempt, Ending ending,
                        const std::string& place) {
  const bool mine = attempt.ending() == ending;
  const auto reasons = group.gather(mine ? fmt::format("({}): {}", place, attempt.reason()) : std::string());
  std::size_t rank = 0;
  while (rank + 1 < reasons.size() && reasons[rank].empty()) ++rank;
  return group.broadcast(reasons.empty() ? std::string() : fmt::format("rank {} {}", rank, reasons[rank]));
}

[[noreturn]] void throw_out_of_memory(const std::string& who_and_why) {
  throw CommunicatorOutOfMemory(
      "NCCL got no memory, even after all cached memory was given back; " + who_and_why +
      ". nvidia-smi shows what else uses that GPU; fewer channels (NCCL_MAX_NCHANNELS) and smaller buffers "
      "(NCCL_BUFFSIZE) need less");
}

}  // namespace

std::shared_ptr<NcclComm> make_connected(monitor::ControlGroup& group, const NcclRecipe& recipe) {
  for (int number = 1;; ++number) {
    Attempt attempt(recipe);
    run_beside(attempt, group);
    const auto ending = static_cast<Ending>(group.max(static_cast<std::int64_t>(attempt.ending())));
    group.end_alarms();
    if (ending == Ending::kConnected) return attempt.comm();
    attempt.give_up();
    const std::string cause = who_and_why(group, attempt, ending, recipe.place);
    if (ending != Ending::kLacksMemory) throw LaunchError(cause);
    if (number == kAttempts) throw_out_of_memory(cause);
    if (group.rank() == 0) spdlog::warn("NCCL lacks memory, so its connections are made once more: {}", cause);
    recipe.make_room();
  }
}

}  // namespace scalemark::comm
