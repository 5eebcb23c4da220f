#pragma once

#include <filesystem>
#include <string>

namespace CLI {
class App;
}

namespace scalemark::app {

/// `--gate` without a share: that of what judges.
inline constexpr const char* kAutoGate = "auto";

/// The command line of `scalemark comm`, with nccl-tests' defaults.
struct CommOptions {
  std::string op = "all_reduce";  ///< or "all": one after the other
  std::string reduction = "sum";
  std::string type = "float";
  std::string device = "auto";
  std::string begin = "8";
  std::string end = "128M";
  double factor = 0;  ///< 0: 2, or none where there is a step
  std::string step;   ///< empty: sizes grow by the factor
  int warmup = 5;
  int iterations = 20;
  bool check = true;
  std::filesystem::path output;           ///< empty: no file
  std::filesystem::path nccl_tests_json;  ///< the same, as nccl-tests' -J writes it
  std::filesystem::path baseline;         ///< a file of an earlier `comm`, by which this one is judged
  std::string gate;                       ///< a share or kAutoGate; empty: the exit code says nothing of verdicts
  bool json = false;
};

/// Declares the options of `comm`. Both programs use it: `scalemark` for its help, `scalemark-run` to read them.
void add_comm_options(CLI::App& command, CommOptions& options);

}  // namespace scalemark::app
