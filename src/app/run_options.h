#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace scalemark::app {

/// The command line of `scalemark run`.
struct RunOptions {
  std::filesystem::path config;
  std::vector<std::string> overlays;   ///< YAML files that are laid over it, in order
  std::vector<std::string> overrides;  ///< KEY=VALUE or @OVERLAY.yaml
  std::filesystem::path output;        ///< empty: <name>-<Slurm job id, or UTC time>.h5 in the working folder
  bool resume = false;
  bool dry_run = false;
  bool quiet = false;
  bool json = false;  ///< of doctor

  /// What is laid over the config, as config::load_experiment() takes it: the overlays, then the overrides.
  std::vector<std::string> laid_over() const;
};

/// Thrown where an argument behind the config is no YAML file.
struct NoOverlay {
  std::string word;
};

/// Declares the options of `run`. Both programs use it: `scalemark` for its help, `scalemark-run` to read them.
void add_run_options(CLI::App& command, RunOptions& options);

/// Declares the options of `doctor`, which are those of `run` that name what would be run.
void add_doctor_options(CLI::App& command, RunOptions& options);

}  // namespace scalemark::app
