#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "comm/environment_change.h"
#include "core/descriptor.h"

namespace scalemark::comm {

/// Has NCCL log its choices of algorithm and protocol into a file of our own, as long as it lives.
///
/// NCCL takes its log's settings from the environment. They are there before NCCL is told to look, and gone before it
/// is told so a second time: NCCL's own threads, which may be the first to look, never find half of them.
class NcclTuningLog {
 public:
  /// nullptr where NCCL_DEBUG is set (its log would be cut off), where NCCL is not in this process or cannot be told to
  /// look again (ncclResetDebugInit is no promised part of its interface), and where no file can be made.
  static std::unique_ptr<NcclTuningLog> open();
  ~NcclTuningLog();
  NcclTuningLog(const NcclTuningLog&) = delete;
  NcclTuningLog& operator=(const NcclTuningLog&) = delete;

  /// What NCCL has written so far. It flushes every line.
  std::string text() const;

 private:
  using Reset = void();
  NcclTuningLog(Reset* reset, std::filesystem::path path, Descriptor file);

  Reset* reset_;
  std::filesystem::path path_;
  Descriptor file_;
  std::optional<EnvironmentChange> settings_;
};

}  // namespace scalemark::comm
