#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <memory>

#include "app/commands.h"
#include "app/result_files.h"
#include "app/shown_files.h"
#include "app/sibling.h"
#include "core/version.h"
#include "report/report.h"
#include "results/hdf5_version.h"

namespace scalemark::app {
namespace {

void print_versions() {
  std::cout << fmt::format("scalemark {} (commit {})\nHDF5 {}\n", software_version(), git_commit(),
                           results::hdf5_version());
  std::cout.flush();
  if (has_sibling("scalemark-run")) {
    replace_by_sibling("scalemark-run", {"info"});
  }
  std::cout << "scalemark-run is not installed: this installation reads results and cannot measure\n";
}

}  // namespace

void add_info_command(CLI::App& app) {
  auto path = std::make_shared<std::filesystem::path>();
  auto* command = app.add_subcommand("info", "versions and devices, or what a result file holds");
  command->add_option("file", *path, "a result file")->type_name("FILE.h5");
  command->footer("Examples:\n  scalemark info\n  scalemark info quickstart.h5");
  command->callback([path] {
    if (path->empty()) {
      print_versions();
    } else {
      const ShownFiles shown = read_shown({*path}, read_result_file);
      within_bounds(shown, [&] { std::cout << report::describe_file(shown.files.front()); });
    }
  });
}

}  // namespace scalemark::app
