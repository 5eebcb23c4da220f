#include "report/tables/advice_text.h"

#include <fmt/format.h>

#include <cmath>

#include "core/quantity_text.h"

namespace scalemark::report {
namespace {

// Sweeps of what the advice says to try; the report of one names the best setting.
constexpr const char* kTuneCommunication = "configs/tune-communication.yaml tries what there is to choose";
constexpr const char* kTuneInput = "configs/tune-input.yaml tries what there is to choose";

using analysis::Advice;
using analysis::CauseEvidence;
using analysis::Evidence;
using analysis::HostCores;
using analysis::Limit;
using analysis::LossCause;

std::string seconds_text(double seconds) { return to_text(std::abs(seconds), Unit::kSeconds); }

/// "38.0 % +- 3.0 of the step".
std::string share_text(const CauseEvidence& cause) {
  const double half_width = (cause.share.high - cause.share.low) / 2;
  return fmt::format("{:.1f} % \u00b1 {:.1f} of the step", 100 * cause.share.estimate, 100 * half_width);
}

/// "4 ranks x (8 compute + 2 loader threads) on 32 cores"; without cores where they are not known.
std::string threads_text(const HostCores& host) {
  const std::string threads =
      fmt::format("{} x ({} {} + {} loader threads)", counted(static_cast<std::size_t>(host.ranks), "rank"),
                  host.compute_threads, host.on_gpu ? "launching" : "compute", host.loader_workers);
  return host.cores > 0 ? fmt::format("{} on {} cores", threads, host.cores) : threads;
}

std::string rank_text(const analysis::SlowRank& slow) {
  return fmt::format("rank {} ({}{}{})", slow.rank, slow.host.empty() ? "host not recorded" : slow.host,
                     slow.device_uuid.empty() ? "" : ", ", slow.device_uuid);
}

/// What was measured besides the difference of two arms, for a sentence.
std::string check_text(const CauseEvidence& cause) {
  const std::string seconds = seconds_text(std::max(cause.checked_seconds, 0.0));
  switch (cause.cause) {
    case LossCause::kCommunication:
      return fmt::format("the reduction alone takes {}", seconds);
    case LossCause::kSlowedBackward:
      return fmt::format("the reduction costs the step {} in all", seconds);
    case LossCause::kInput:
      return fmt::format("ranks wait {} more for data", seconds);
    case LossCause::kWaiting:
      return fmt::format("the phase pass finds {}", seconds);
    case LossCause::kSmallerBatch:
    case LossCause::kResidual:
      break;
  }
  return fmt::format("the phase pass finds compute {} longer", seconds);
}

std::string other_load_text(const Advice& advice) {
  const HostCores& host = advice.evidence.host;
  return fmt::format(
      "Other work took {:.0f} % of a host that these ranks need ({}): measure on a machine of your own first.",
      100 * host.other_load, threads_text(host));
}

std::string cores_text(const Advice& advice) {
  const HostCores& host = advice.evidence.host;
  const bool input = advice.cause->cause == LossCause::kInput;
  return fmt::format(
      "The ranks run more threads than the host has cores: {}. The loss to {} is {}{}. Use fewer {}, or fewer "
      "ranks per host.",
      threads_text(host), input ? "loading" : names_of(advice.cause->cause).title, share_text(*advice.cause),
      input ? ", though no rank waits for data" : "",
      host.compute_exceeds() && !input ? "compute threads (OMP_NUM_THREADS)"
                                       : "loader.workers or compute threads (OMP_NUM_THREADS)");
}

std::string clocks_text(const Advice& advice) {
  const Evidence& evidence = advice.evidence;
  const bool one_rank = advice.cause->cause == LossCause::kWaiting && evidence.slow_rank;
  const std::string whose =
      one_rank ? fmt::format("{} runs at {:.0f} % of the clock of the others", rank_text(*evidence.slow_rank),
                             100 * evidence.clocks.over_others)
               : fmt::format("the lowest clock is {:.0f} % of the reference case's, and power or heat lowered it",
                             100 * evidence.clocks.over_reference);
  return fmt::format("Lowered clocks limit the speed-up: they cost {}; {}. Look at power limits and cooling.",
                     share_text(*advice.cause), whose);
}

std::string waiting_text(const Advice& advice) {
  const std::string waiting = fmt::format("Waiting for the slowest rank limits the speed-up: it costs {}; {}. ",
                                          share_text(*advice.cause), check_text(*advice.cause));
  if (advice.limit == Limit::kSlowRank) {
    return waiting + fmt::format("Look at {}, which always computes longer than the others.",
                                 rank_text(*advice.evidence.slow_rank));
  }
  return waiting +
         "The ranks take turns at being late: bind them to cores (mpirun --bind-to core), and look for other work on "
         "the hosts.";
}

std::string input_text(const Advice& advice) {
  const HostCores& host = advice.evidence.host;
  const std::string input = fmt::format("The input pipeline limits the speed-up: it costs {}; {}. ",
                                        share_text(*advice.cause), check_text(*advice.cause));
  if (advice.limit == Limit::kInput) {
    return input + fmt::format(
                       "Raise loader.workers (now {}) or loader.prefetch, or put the data set on faster storage"
                       " ({}); {}.",
                       host.loader_workers, threads_text(host), kTuneInput);
  }
  return input + fmt::format(
                     "No core is free for more loader threads ({}): pack the data set, put it on faster storage "
                     "or use fewer compute threads (OMP_NUM_THREADS).",
                     threads_text(host));
}

std::string reduction_text(const Advice& advice) {
  const Evidence& evidence = advice.evidence;
  const std::string lengths =
      fmt::format("the reduction alone takes {}, backward {}", seconds_text(evidence.reduction_seconds),
                  seconds_text(evidence.backward_seconds));
  const std::string share = share_text(*advice.cause);
  if (advice.limit == Limit::kReductionTail) {
    return fmt::format(
        "The end of the reduction, after backward, limits the speed-up: it costs {}; {}. Try smaller buckets "
        "(train.bucket_mebibytes), so that less is left when backward ends, or a larger batch per rank; {}.",
        share, lengths, kTuneCommunication);
  }
  const std::string bandwidth = std::isfinite(evidence.bus_bandwidth)
                                    ? fmt::format("; compare the bus bandwidth of {} with the link's",
                                                  to_text(evidence.bus_bandwidth, Unit::kBytesPerSecond))
                                    : std::string();
  return fmt::format(
      "Communication takes longer than backward and limits the speed-up: it costs {}; {}. A larger batch per rank "
      "(now {}) or train.accumulation needs fewer reductions{}; {}.",
      share, lengths, advice.key.batch_per_rank, bandwidth, kTuneCommunication);
}

std::string contention_text(const Advice& advice) {
  const bool on_gpu = advice.evidence.host.on_gpu;
  const bool split = advice.cause->cause == LossCause::kSlowedBackward;
  return fmt::format(
      "{}: {}; {}. {}; {}.",
      split ? "The reduction slows backward down" : "The reduction and the computation beside it slow each other down",
      share_text(*advice.cause), check_text(*advice.cause),
      on_gpu
          ? "Both need multiprocessors and memory bandwidth: try fewer channels (NCCL_MAX_NCHANNELS) or larger buckets"
          : "Both need cores and memory bandwidth: leave each rank a core for it (OMP_NUM_THREADS)",
      kTuneCommunication);
}

std::string compute_text(const Advice& advice) {
  const std::string loss = fmt::format("{}; {}", share_text(*advice.cause), check_text(*advice.cause));
  if (advice.limit == Limit::kSmallerBatch) {
    return fmt::format(
        "The smaller batch per rank limits the speed-up: it costs {}. {} images per rank keep the device less busy: "
        "use fewer ranks for this global batch, or a larger one.",
        loss, advice.key.batch_per_rank);
  }
  if (advice.limit == Limit::kCrowdedHost) {
    return fmt::format(
        "Compute is slower beside other ranks: {}, though every compute thread has a core ({}). The ranks share memory "
        "bandwidth, caches and turbo clocks: spread them over sockets or hosts.",
        loss, threads_text(advice.evidence.host));
  }
  return fmt::format(
      "Compute is slower than in the baseline: {}. What slows it was not measured: compare clocks, power limits and "
      "other work of the hosts.",
      loss);
}

std::string not_measured_text(const Advice& advice) {
  std::vector<std::string> titles;
  for (const LossCause cause : advice.evidence.unknown) titles.emplace_back(names_of(cause).title);
  return fmt::format(
      "Causes that were not measured take {}: {}. Measure them: the table of lost speed-up names the arm or the case.",
      share_text(*advice.cause), fmt::join(titles, ", "));
}

std::string limit_text(const Advice& advice) {
  switch (advice.limit) {
    case Limit::kNone:
      return "No loss is both beyond the noise and confirmed by a second measurement.";
    case Limit::kNotMeasured:
      return not_measured_text(advice);
    case Limit::kOtherLoad:
      return other_load_text(advice);
    case Limit::kCores:
      return cores_text(advice);
    case Limit::kLoweredClocks:
      return clocks_text(advice);
    case Limit::kSlowRank:
    case Limit::kUnevenRanks:
      return waiting_text(advice);
    case Limit::kInput:
    case Limit::kInputOnFullCores:
      return input_text(advice);
    case Limit::kLongReduction:
    case Limit::kReductionTail:
      return reduction_text(advice);
    case Limit::kContention:
      return contention_text(advice);
    case Limit::kSmallerBatch:
    case Limit::kCrowdedHost:
    case Limit::kSlowerCompute:
      break;
  }
  return compute_text(advice);
}

std::string doubt_text(const CauseEvidence& cause) {
  const std::string claim =
      fmt::format(" Two arms differ by {} for {}", share_text(cause), names_of(cause.cause).title);
  if (std::isnan(cause.checked_seconds)) return claim + ", which no other measurement can confirm.";
  return fmt::format("{}, but {}: no advice follows.", claim, check_text(cause));
}

}  // namespace

std::string advice_text(const Advice& advice) {
  std::string text = limit_text(advice);
  for (const auto& cause : advice.doubtful) text += doubt_text(cause);
  if (advice.input_on_baseline_too) {
    text += fmt::format(
        " The input takes {:.1f} % of the step. Most of it is there on the baseline too, so the efficiency does not "
        "show it.",
        100 * advice.evidence.input_share);
  }
  return text;
}

std::string remedy_text(const Advice& advice) {
  switch (advice.limit) {
    case Limit::kOtherLoad:
      return "measure on a machine without other work";
    case Limit::kCores:
      return "fewer threads or ranks: they are more than the host's cores";
    case Limit::kLoweredClocks:
      return "look at power limits and cooling";
    case Limit::kSlowRank:
      return advice.evidence.slow_rank ? fmt::format("look at {}", rank_text(*advice.evidence.slow_rank)) : "";
    case Limit::kUnevenRanks:
      return "bind ranks to cores, look for other work";
    case Limit::kInput:
      return "more loader.workers, or faster storage";
    case Limit::kInputOnFullCores:
      return "pack the data set, or use faster storage";
    case Limit::kLongReduction:
      return "a larger batch per rank, or train.accumulation";
    case Limit::kReductionTail:
      return "smaller buckets, or a larger batch per rank";
    case Limit::kContention:
      return advice.evidence.host.on_gpu ? "fewer channels (NCCL_MAX_NCHANNELS), or larger buckets"
                                         : "leave each rank a core for the reduction";
    case Limit::kSmallerBatch:
      return "fewer ranks for this global batch, or a larger one";
    case Limit::kCrowdedHost:
      return "spread ranks over sockets or hosts";
    case Limit::kSlowerCompute:
      return "compare clocks, power limits and other work";
    case Limit::kNone:
    case Limit::kNotMeasured:
      break;
  }
  return "";
}

}  // namespace scalemark::report
