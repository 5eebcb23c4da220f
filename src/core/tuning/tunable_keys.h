#pragma once

#include <span>
#include <string_view>

namespace scalemark {

/// A key of the config whose best value depends on the machine, and is worth a sweep.
struct TunableKey {
  std::string_view key;            ///< dotted
  std::string_view default_value;  ///< as result files hold it
  bool small_is_cheap = false;     ///< fewer threads, batches ahead or thread blocks are left for others
  bool changes_numbers = false;    ///< another value gives other losses
};

/// Every key of the role `tool` but those that say what the machine is (the device, a simulated storage), and the type
/// in which gradients travel.
std::span<const TunableKey> tunable_keys();

/// nullptr for any other key.
const TunableKey* find_tunable(std::string_view key);

}  // namespace scalemark
