#pragma once

#include <optional>
#include <string>

#include "core/activity.h"

namespace scalemark::monitor {

/// What the ranks' monitors say to each other, one line of JSON each.
struct MonitorMessage {
  enum class Kind {
    kHello,  ///< to rank 0, first: who calls
    kState,  ///< what the sender is doing
    kFail,   ///< to rank 0: the sender cannot go on
    kAbort,  ///< from rank 0: end at once
    kBye,    ///< the sender ends in order
  };

  Kind kind = Kind::kState;
  std::string token;          ///< of this job, in kHello: another program's call is not answered
  int rank = 0;               ///< in kHello
  std::string host;           ///< in kHello
  int exit_code = 0;          ///< in kFail and kAbort
  ActivitySnapshot activity;  ///< in kState
};

MonitorMessage hello_message(const std::string& token, int rank, const std::string& host);
MonitorMessage state_message(const ActivitySnapshot& activity);
/// kFail, kAbort or kBye.
MonitorMessage end_message(MonitorMessage::Kind kind, int exit_code);

std::string to_line(const MonitorMessage& message);

/// nullopt where the line is none of ours.
std::optional<MonitorMessage> from_line(const std::string& line);

}  // namespace scalemark::monitor
