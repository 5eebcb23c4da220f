#include "monitor/rank_judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "core/units.h"

namespace scalemark::monitor {
namespace {

using Clock = RankView::Clock;
using Seconds = std::chrono::duration<double>;

// Ranks speak four times a second. One that stands still with the others, but has not spoken for this long, holds them
// up.
constexpr Seconds kQuiet{2};

std::string name_of(const RankView& view) { return fmt::format("rank {} on {}", view.rank, view.host); }

std::string text_of(const CollectiveNote& note) {
  return fmt::format("the sum of {} {} (bucket {} of step {})", note.elements, note.dtype, note.bucket, note.step);
}

bool in_a_visit(const RankView& view) { return view.activity.visit != 0; }

bool is_busy(const RankView& view) { return in_a_visit(view) || view.activity.awaited; }

/// What tells who is further: nobody gets past a rank that the others wait for.
std::tuple<bool, std::uint64_t, std::uint64_t> place_of(const RankView& view) {
  return {!view.activity.awaited, view.activity.visit, view.activity.progress};
}

std::optional<std::string> find_death(std::span<const RankView> ranks) {
  for (const RankView& view : ranks) {
    if (!view.connected && !view.left) {
      return fmt::format("{} died; last seen: {}", name_of(view), view.activity.what);
    }
  }
  return std::nullopt;
}

const CollectiveNote* same_as(const CollectiveNote& note, const ActivitySnapshot& activity) {
  for (const auto& other : activity.collectives) {
    if (other.sequence == note.sequence) return &other;
  }
  return nullptr;
}

bool agree(const CollectiveNote& a, const CollectiveNote& b) {
  return a.step == b.step && a.bucket == b.bucket && a.elements == b.elements && a.dtype == b.dtype;
}

/// The first reduction of a case that a rank means otherwise than the first rank of the case.
std::optional<std::string> find_mismatch(std::span<const RankView> ranks) {
  const auto first = std::find_if(ranks.begin(), ranks.end(), in_a_visit);
  if (first == ranks.end()) return std::nullopt;
  for (const RankView& view : ranks) {
    if (view.activity.visit != first->activity.visit) continue;
    for (const CollectiveNote& theirs : view.activity.collectives) {
      const CollectiveNote* expected = same_as(theirs, first->activity);
      if (expected == nullptr || agree(*expected, theirs)) continue;
      constexpr std::uint64_t kInArm = 0xffffffff;
      return fmt::format("the ranks disagree on reduction {}: {} started {}, {} {}", theirs.sequence & kInArm,
                         name_of(*first), text_of(*expected), name_of(view), text_of(theirs));
    }
  }
  return std::nullopt;
}

std::optional<std::string> find_silence(std::span<const RankView> ranks, Clock::time_point now, Seconds timeout) {
  for (const RankView& view : ranks) {
    if (view.left || now - view.heard < timeout) continue;
    return fmt::format("no word from {} for {}: it is stopped, or the network to it is down", name_of(view),
                       format_seconds(Seconds(now - view.heard).count()));
  }
  return std::nullopt;
}

/// Ranks that a case does not need wait for the others, and do not count.
std::optional<std::string> find_standstill(std::span<const RankView> ranks, Clock::time_point now, Seconds timeout) {
  const RankView* behind = nullptr;
  for (const RankView& view : ranks) {
    if (!is_busy(view)) continue;
    if (now - view.progressed < timeout) return std::nullopt;
    if (behind == nullptr || place_of(view) < place_of(*behind)) behind = &view;
  }
  if (behind == nullptr) return std::nullopt;
  if (auto silence = find_silence(ranks, now, std::min(timeout, kQuiet))) return silence;
  return fmt::format("no rank got any further for limits.case_timeout = {}; {} is furthest behind",
                     format_seconds(timeout.count()), name_of(*behind));
}

std::string what_all_were_doing(std::span<const RankView> ranks) {
  std::string lines;
  for (const RankView& view : ranks) {
    lines += fmt::format("\n  {}: {}{}", name_of(view), view.activity.what,
                         view.activity.collectives.empty()
                             ? ""
                             : fmt::format("; last started {}", text_of(view.activity.collectives.back())));
  }
  return lines;
}

}  // namespace

std::optional<std::string> find_fault(std::span<const RankView> ranks, Clock::time_point now, Seconds timeout) {
  // Before deaths, of which a disagreement may be the cause.
  auto fault = find_mismatch(ranks);
  if (!fault) fault = find_death(ranks);
  const bool busy = std::any_of(ranks.begin(), ranks.end(), is_busy);
  if (!fault && busy) fault = find_silence(ranks, now, timeout);
  if (!fault && busy) fault = find_standstill(ranks, now, timeout);
  if (!fault) return std::nullopt;
  return *fault + what_all_were_doing(ranks);
}

}  // namespace scalemark::monitor
