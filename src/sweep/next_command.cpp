#include "sweep/next_command.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <system_error>

#include "core/error.h"
#include "results/result_store.h"
#include "sweep/resume_plan.h"

namespace scalemark::sweep {
namespace {

using results::CaseRecord;
using results::CaseStatus;

bool has_option(const std::string& command_line, const std::string& option) {
  const std::string line = command_line + " ";
  return line.find(" " + option + " ") != std::string::npos || line.find(" " + option + "=") != std::string::npos;
}

std::string launcher(int ranks, const Environment& environment) {
  if (started_by_mpirun(environment)) return fmt::format("mpirun -n {} ", ranks);
  if (environment("SLURM_STEP_ID")) return fmt::format("srun -n {} ", ranks);
  return ranks > 1 ? fmt::format("mpirun -n {} ", ranks) : "";
}

/// The program as the user started it: scalemark hands its own path on to scalemark-run.
std::string program(const Environment& environment) {
  return shell_word(environment("SCALEMARK_STARTED_AS").value_or("scalemark"));
}

bool is_of(const std::filesystem::path& path, const std::string& config_hash) {
  try {
    return results::read_results(path).provenance.config_hash == config_hash;
  } catch (const InputError&) {
    return false;
  }
}

// Newest first. What a folder of many holds besides the newest is not looked into.
std::vector<std::filesystem::path> newest_files(const std::filesystem::path& folder) {
  constexpr std::size_t kMost = 20;
  std::vector<std::pair<std::filesystem::file_time_type, std::filesystem::path>> files;
  std::error_code error;
  for (const auto& file : std::filesystem::directory_iterator(folder, error)) {
    std::error_code unreadable;
    const auto time = file.last_write_time(unreadable);
    if (!unreadable && file.path().extension() == ".h5") files.emplace_back(time, file.path());
  }
  std::ranges::sort(files, std::greater<>());
  files.resize(std::min(files.size(), kMost));
  std::vector<std::filesystem::path> paths;
  for (const auto& [time, path] : files) paths.push_back(path);
  return paths;
}

}  // namespace

std::string shell_word(const std::string& word) {
  const auto plain = [](char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return letter || std::string_view("-_./=:,@%+").find(c) != std::string_view::npos;
  };
  if (!word.empty() && std::ranges::all_of(word, plain)) return word;
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

std::string resume_command(const std::string& command_line, const std::filesystem::path& output, int ranks,
                           const Environment& environment) {
  const std::string typed = command_line.substr(std::min(command_line.find(' '), command_line.size()));
  std::string command = launcher(ranks, environment) + program(environment) + typed;
  if (!has_option(command_line, "--output")) command += " --output " + shell_word(output.string());
  if (!has_option(command_line, "--resume")) command += " --resume";
  return command;
}

std::string closing_line(const std::vector<config::CaseConfig>& cases, const std::vector<CaseRecord>& records,
                         const std::filesystem::path& output, int ranks, const Environment& environment) {
  std::map<CaseStatus, int> counts;
  int waiting = 0;
  int wanted = 0;
  for (const auto& config : cases) {
    const CaseRecord* record = find_record(config.id, records);
    if (record == nullptr) continue;
    ++counts[record->row.status];
    if (record->row.status != CaseStatus::kSkipped || config.ranks() <= ranks) continue;
    ++waiting;
    wanted = std::max(wanted, config.ranks());
  }
  std::vector<std::string> parts;
  for (const auto& [status, count] : counts) parts.push_back(fmt::format("{} {}", count, results::to_string(status)));
  std::string line = fmt::format("{} holds {} {}: {}", output.string(), cases.size(),
                                 cases.size() == 1 ? "case" : "cases", fmt::join(parts, ", "));
  if (waiting > 0)
    line += fmt::format("; {} skipped for lack of ranks: start with mpirun -n {} and --resume to measure them", waiting,
                        wanted);
  return fmt::format("{}; next: {} report {}", line, program(environment), shell_word(output.string()));
}

std::optional<std::string> lacks_output(const config::Experiment& experiment, const std::filesystem::path& chosen,
                                        const std::filesystem::path& folder) {
  if (std::filesystem::exists(chosen)) return std::nullopt;
  std::vector<std::string> found;
  for (const auto& path : newest_files(folder))
    if (is_of(path, experiment.hash)) found.push_back(shell_word(path.lexically_relative(folder).string()));
  const std::string files = found.empty()
                                ? "no file in this folder holds results of this config"
                                : fmt::format("files of this config in this folder: {}", fmt::join(found, ", "));
  return fmt::format("--resume needs the file to continue: write --resume --output FILE.h5; {}", files);
}

}  // namespace scalemark::sweep
