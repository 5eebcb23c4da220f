#include "app/result_files.h"

#include <fmt/format.h>

#include "core/error.h"
#include "results/result_store.h"

namespace scalemark::app {
namespace {

void refuse_other_kinds(const std::filesystem::path& path) {
  if (path.extension() == ".yaml" || path.extension() == ".yml")
    throw InputError(
        fmt::format("{0}: is a config, not a result file; to measure it: scalemark run {0}", path.string()));
  if (std::filesystem::is_directory(path))
    throw InputError(
        fmt::format("{}: is a folder; give its result files: {}", path.string(), (path / "*.h5").string()));
}

}  // namespace

results::ResultFile read_result_file(const std::filesystem::path& path) {
  refuse_other_kinds(path);
  return results::read_results(path);
}

std::vector<results::ResultFile> read_result_tables(const std::vector<std::filesystem::path>& paths) {
  for (const auto& path : paths) refuse_other_kinds(path);
  return results::read_all_without_samples(paths);
}

}  // namespace scalemark::app
