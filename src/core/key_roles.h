#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace scalemark {

/// What a key of the config is to a comparison of two cases.
enum class KeyRole {
  kScale,   ///< what scaling varies: ranks, batches, mode, learning rate
  kWork,    ///< what a step computes: losses depend on it
  kTool,    ///< with what a step is computed: losses do not depend on it
  kLength,  ///< how long one repetition is
  kSeed,    ///< which random numbers are drawn
  kPlan,    ///< how much of a case is measured, and in how much memory
  kNone     ///< names, places and limits
};

/// What a part of the program wants to know about a key.
enum class KeyQuestion {
  kEfficiency,  ///< must the two sides of an efficiency agree in it?
  kCompare,     ///< must the two sides of `compare` agree in it?
  kIdentity,    ///< is a case with another value another case?
  kOneChange,   ///< is another value a change that a table of single changes shows?
  kResume       ///< does a job with another value have to start a file of its own?
};

struct RoleOfKey {
  std::string_view key;  ///< dotted
  KeyRole role;
};

/// Every key of the config, and what a search for the largest batch adds to a case.
std::span<const RoleOfKey> key_roles();

/// nullopt for a key that this version does not know.
std::optional<KeyRole> role_of(std::string_view key);

bool counts_for(KeyRole role, KeyQuestion question);

/// The same for a key. One that this version does not know counts as work: it must agree, and is named where it does
/// not.
bool counts_for(std::string_view key, KeyQuestion question);

}  // namespace scalemark
