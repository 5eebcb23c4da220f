#include "analysis/comparison/comparison_changes.h"

#include <fmt/format.h>

#include <set>

#include "analysis/case_set.h"
#include "analysis/merging/environment.h"

namespace scalemark::analysis {
namespace {

using results::ResultFile;

void add_change(std::vector<std::string>& changes, const std::string& name, const std::string& base,
                const std::string& changed) {
  if (base == changed) return;
  const auto shown = [](const std::string& text) { return text.empty() ? std::string("not recorded") : text; };
  changes.push_back(fmt::format("{}: {} → {}", name, shown(base), shown(changed)));
}

/// Variables that set how NCCL and OpenMP work.
void add_environment_changes(std::vector<std::string>& changes, const ResultFile& base, const ResultFile& changed) {
  const auto before = tuning_variables(base);
  const auto after = tuning_variables(changed);
  std::set<std::string> names;
  for (const auto* side : {&before, &after}) {
    for (const auto& entry : *side) names.insert(entry.first);
  }
  const auto value = [](const auto& variables, const std::string& name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::string("not set") : found->second;
  };
  for (const auto& name : names) add_change(changes, name, value(before, name), value(after, name));
}

std::vector<std::string> changes_of(const ResultFile& base, const ResultFile& changed) {
  std::vector<std::string> changes;
  add_change(changes, "scalemark", base.software_version, changed.software_version);
  add_change(changes, "commit of scalemark", base.git_commit, changed.git_commit);
  std::set<std::string> names;
  for (const auto* file : {&base, &changed}) {
    for (const auto& entry : file->provenance.versions) names.insert(entry.first);
  }
  names.erase("scalemark");
  const auto version = [](const ResultFile& file, const std::string& name) {
    const auto found = file.provenance.versions.find(name);
    return found == file.provenance.versions.end() ? std::string() : found->second;
  };
  for (const auto& name : names) add_change(changes, name, version(base, name), version(changed, name));
  add_environment_changes(changes, base, changed);
  return changes;
}

void add_changes_within(std::vector<std::string>& changes, const char* side, std::span<const ResultFile> files) {
  for (std::size_t job = 1; job < files.size(); ++job) {
    const auto lines = changes_of(files[0], files[job]);
    if (!lines.empty())
      changes.push_back(fmt::format("{}, {} against file 1: {}", side, file_name(job), fmt::join(lines, "; ")));
  }
}

}  // namespace

std::vector<std::string> changes_between(std::span<const ResultFile> base, std::span<const ResultFile> changed) {
  std::vector<std::string> changes = changes_of(base.front(), changed.front());
  add_changes_within(changes, "base", base);
  add_changes_within(changes, "new", changed);
  return changes;
}

}  // namespace scalemark::analysis
