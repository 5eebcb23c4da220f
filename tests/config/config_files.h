#pragma once

#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "config/experiment.h"
#include "core/error.h"
#include "temporary_folder.h"

namespace scalemark::config {

/// An environment that holds these variables and no others.
inline Environment environment_of(const std::map<std::string, std::string>& variables) {
  return [variables](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
}

/// What a config needs beside the line under test.
inline const std::string kRest = "\nname: n\nsweep: {batch_size: [8]}\n";

inline Experiment load(const std::string& text, const std::vector<std::string>& overrides = {},
                       const std::map<std::string, std::string>& variables = {}) {
  const TemporaryFolder folder;
  return load_experiment(folder.write("c.yaml", text), overrides, environment_of(variables));
}

/// The lines of the InputError that the config gives, with its path cut to "c.yaml"; empty where it gives none.
inline std::vector<std::string> faults_of(const std::string& text, const std::vector<std::string>& overrides = {},
                                          const std::map<std::string, std::string>& variables = {}) {
  const TemporaryFolder folder;
  const std::string start = folder.path().string() + "/";
  try {
    load_experiment(folder.write("c.yaml", text), overrides, environment_of(variables));
    return {};
  } catch (const InputError& error) {
    std::vector<std::string> lines;
    std::istringstream message(error.what());
    for (std::string line; std::getline(message, line);) {
      for (auto at = line.find(start); at != std::string::npos; at = line.find(start)) line.erase(at, start.size());
      lines.push_back(line);
    }
    return lines;
  }
}

inline std::vector<std::string> ids_of(const Experiment& experiment) {
  std::vector<std::string> ids;
  for (const CaseConfig& built : experiment.cases) ids.push_back(built.id);
  return ids;
}

using Lines = std::vector<std::string>;

}  // namespace scalemark::config
