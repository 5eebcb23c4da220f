#include "comm/environment_change.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <string_view>

#include "core/environment.h"

namespace scalemark::comm {
namespace {

/// Tables that were the environment once, and their texts: whoever still reads them may go on. Main thread only.
struct KeptTables {
  std::deque<std::vector<char*>> tables;
  std::deque<std::string> texts;
};

KeptTables& kept_tables() {
  static auto* const kept = new KeptTables;  // outlives every thread
  return *kept;
}

bool is_of(std::string_view entry, std::string_view name) {
  return entry.size() > name.size() && entry.starts_with(name) && entry[name.size()] == '=';
}

char** table_with(const EnvironmentChange::Variables& variables) {
  std::vector<char*>& table = kept_tables().tables.emplace_back();
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    if (std::ranges::none_of(variables, [&](const auto& variable) { return is_of(*entry, variable.first); }))
      table.push_back(*entry);
  }
  for (const auto& [name, value] : variables)
    table.push_back(kept_tables().texts.emplace_back(name + "=" + value).data());
  table.push_back(nullptr);
  return table.data();
}

}  // namespace

EnvironmentChange::EnvironmentChange(const Variables& variables)
    : before_(environ), table_(variables.empty() ? environ : table_with(variables)) {
  for (const auto& [name, value] : variables) {
    if (const auto old = process_environment(name)) {
      overwritten_.emplace_back(name, *old);
    } else {
      added_.push_back(name);
    }
  }
  environ = table_;
}

EnvironmentChange::~EnvironmentChange() {
  if (environ == table_) {
    environ = before_;
    return;
  }
  for (const auto& [name, value] : overwritten_) setenv(name.c_str(), value.c_str(), 1);
  for (const auto& name : added_) unsetenv(name.c_str());
}

}  // namespace scalemark::comm
