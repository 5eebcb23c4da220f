#include <fmt/chrono.h>
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <ctime>
#include <filesystem>
#include <memory>

#include "app/commands.h"
#include "app/shipped_files.h"
#include "core/error.h"
#include "core/log.h"
#include "core/version.h"
#include "published/import_figures.h"
#include "results/result_store.h"

namespace scalemark::app {
namespace {

struct ImportOptions {
  std::filesystem::path csv;
  std::filesystem::path output;
};

void import_csv(const ImportOptions& options) {
  results::ResultFile file = published::import_figures(options.csv);
  // Before the store says it: its own message speaks of --resume, which there is none of here.
  if (std::filesystem::exists(options.output))
    throw InputError(fmt::format("{} exists already; choose another --output", options.output.string()));
  file.created = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
  file.software_version = software_version();
  file.git_commit = git_commit();
  file.provenance.command_line =
      fmt::format("scalemark import {} --output {}", options.csv.string(), options.output.string());
  file.history = fmt::format("{} {}", file.created, file.provenance.command_line);
  const std::size_t count = file.cases.size();
  results::ResultStore::create(options.output, std::move(file));
  spdlog::info("{} cases of {} written to {}", count, options.csv.string(), options.output.string());
}

}  // namespace

void add_import_command(CLI::App& app) {
  auto options = std::make_shared<ImportOptions>();
  auto* command = app.add_subcommand("import", "write published or older figures, a CSV file, as a result file");
  command->add_option("csv", options->csv, "the figures; docs/importing.md describes the format")
      ->required()
      ->type_name("CSV")
      ->transform(path_or_shipped());
  command->add_option("--output", options->output, "the result file to write")->required()->type_name("FILE.h5");
  command->footer(
      "Example:\n"
      "  scalemark import results/published/resnet18-cifar10-ddp.csv --output lab.h5\n"
      "The format: docs/importing.md");
  command->callback([options] { import_csv(*options); });
}

}  // namespace scalemark::app
