#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>

#include "core/activity.h"

namespace scalemark::monitor {

/// What is known of a rank from afar.
struct RankView {
  using Clock = std::chrono::steady_clock;

  int rank = 0;
  std::string host;
  ActivitySnapshot activity;
  Clock::time_point heard;       ///< when it last said anything
  Clock::time_point progressed;  ///< when its progress last grew
  bool connected = true;         ///< its connection stands
  bool left = false;             ///< it said good-bye
};

/// Whether the job is broken, and who is to blame: a rank that died, one that is silent for `timeout`, ranks that
/// disagree on a reduction, or, where no rank makes progress for `timeout`, the one that is furthest behind. A message
/// of one line, and one line per rank with what it was doing; nullopt while all is well.
///
/// Silence and standstill are judged only while a rank is in a visit or does something that the others wait for
/// (`timeout` is a case's); a death always.
std::optional<std::string> find_fault(std::span<const RankView> ranks, RankView::Clock::time_point now,
                                      std::chrono::duration<double> timeout);

}  // namespace scalemark::monitor
