#pragma once

namespace scalemark {

/// The release, as "0.2.0".
const char* software_version() noexcept;

/// The commit that was built, with "-dirty" where the tree had changes; "unknown" outside a git checkout.
const char* git_commit() noexcept;

}  // namespace scalemark
