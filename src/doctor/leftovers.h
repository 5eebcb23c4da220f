#pragma once

#include <filesystem>

#include "doctor/facts.h"

namespace scalemark::doctor {

/// What killed jobs of this user left on this host, and no process that can be looked into holds: shared memory of Open
/// MPI and NCCL, and the session folders of launchers that are gone. Of what other users left it cannot be told.
/// @param root     stands before /dev/shm and /proc
/// @param session  where Open MPI keeps its session folders
LeftoverFacts find_leftovers(const std::filesystem::path& root, const std::filesystem::path& session);

/// The same of this machine.
LeftoverFacts find_leftovers();

}  // namespace scalemark::doctor
