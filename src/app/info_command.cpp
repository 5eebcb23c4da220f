#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <memory>

#include "app/commands.h"
#include "app/json_flag.h"
#include "app/own_versions.h"
#include "app/result_files.h"
#include "app/shown_files.h"
#include "app/sibling.h"
#include "core/text/json_writer.h"
#include "report/report.h"
#include "results/hdf5_version.h"

namespace scalemark::app {
namespace {

struct InfoOptions {
  std::filesystem::path file;
  bool json = false;
};

void print_versions() {
  std::cout << own_versions() << std::flush;
  if (has_sibling("scalemark-run")) {
    replace_by_sibling("scalemark-run", {"info"});
  }
  std::cout << "scalemark-run is not installed: this installation reads results and cannot measure\n";
}

void print_versions_json() {
  if (has_sibling("scalemark-run")) replace_by_sibling("scalemark-run", {"info", "--json"});
  std::cout << json_document("info", [](JsonWriter& json) {
    json.member("of", "installation").member("can_measure", false);
    json.key("libraries").begin_object().member("HDF5", results::hdf5_version()).end_object();
    json.key("devices").begin_array().end_array();
  });
}

void info(const InfoOptions& options) {
  if (options.file.empty()) return options.json ? print_versions_json() : print_versions();
  const ShownFiles shown = read_shown({options.file}, read_result_file);
  within_bounds(shown, [&] {
    const results::ResultFile& file = shown.files.front();
    std::cout << (options.json ? report::file_json(file) : report::describe_file(file));
  });
}

}  // namespace

void add_info_command(CLI::App& app) {
  auto options = std::make_shared<InfoOptions>();
  auto* command = app.add_subcommand("info", "show versions and devices, or what a result file holds");
  command->add_option("file", options->file, "a result file")->type_name("FILE.h5");
  add_json_flag(*command, options->json);
  command->footer("Examples:\n  scalemark info\n  scalemark info quickstart.h5");
  command->callback([options] { info(*options); });
}

}  // namespace scalemark::app
