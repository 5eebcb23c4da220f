#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace scalemark::config {

/// Where a value was written: a position in a file, or a --set argument.
struct Place {
  std::string source;  ///< a file's path as given, or "--set KEY=VALUE"
  int line = 0;        ///< 1-based; 0 where the source has no lines
  int column = 0;      ///< 1-based
};

/// "file:line:column", or the source alone where it has no lines.
std::string to_string(const Place& place);

/// Collects everything that is wrong with a config, so that the user reads it in one go.
class Faults {
 public:
  /// @param key_path  dotted, as the user would write it; empty where the fault has no key (broken YAML)
  /// @param what      what is wrong and what is allowed
  void add(const Place& place, const std::string& key_path, const std::string& what);

  /// What the user should know and need not change.
  void warn(const Place& place, const std::string& key_path, const std::string& what);

  std::size_t count() const { return faults_.size(); }

  /// One line per fault, in the order of each file and then of the --set arguments; each line once.
  std::vector<std::string> lines() const;

  /// The same of the warnings.
  std::vector<std::string> warning_lines() const;

  /// @throws InputError whose message is lines().
  void throw_if_any() const;

 private:
  struct Fault {
    Place place;
    std::string line;
  };
  static Fault fault_of(const Place& place, const std::string& key_path, const std::string& what);
  static std::vector<std::string> lines_of(std::vector<Fault> faults);

  std::vector<Fault> faults_;
  std::vector<Fault> warnings_;
};

}  // namespace scalemark::config
