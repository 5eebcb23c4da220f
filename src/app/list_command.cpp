#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "app/commands.h"
#include "app/option_checks.h"
#include "app/shipped_files.h"
#include "config/catalog.h"
#include "config/key_meanings.h"
#include "core/error.h"
#include "core/text/shown_text.h"

namespace scalemark::app {
namespace {

// Below the working folder first.
std::filesystem::path configs_folder() {
  const std::filesystem::path here = "configs";
  const auto shipped = shipped_folder();
  return std::filesystem::is_directory(here) || shipped.empty() ? here : shipped / here;
}

void list(const std::string& what, const std::string& prefix, const std::string& format) {
  if (what == "keys") {
    std::cout << (format == "md" ? config::key_page() : config::key_list(prefix));
    return;
  }
  if (!prefix.empty() || format != "text") throw InputError("a prefix and --format are of `scalemark list keys` alone");
  if (what == "configs") {
    for (const auto& config : config::list_configs(configs_folder())) {
      std::cout << fmt::format("{:<28} {}\n", shown_line(config.name), shown_line(config.description));
    }
    return;
  }
  const std::string key = what == "models" ? "model" : what == "datasets" ? "dataset.name" : "train.optimizer";
  for (const auto& name : config::available_values(key)) std::cout << name << '\n';
}

}  // namespace

void add_list_command(CLI::App& app) {
  struct Options {
    std::string what;
    std::string prefix;
    std::string format = "text";
  };
  auto options = std::make_shared<Options>();
  const std::vector<std::string> lists{"models", "datasets", "optimizers", "configs", "keys"};
  auto* command = app.add_subcommand("list", "the names and keys that a config may use");
  command->add_option("what", options->what, "models, datasets, optimizers, configs or keys")
      ->required()
      ->type_name("models|datasets|optimizers|configs|keys")
      ->check(one_of(lists));
  command->add_option("prefix", options->prefix, "of keys: those that begin so")->type_name("PREFIX");
  command->add_option("--format", options->format, "of keys: text, or md for docs/config.md")
      ->type_name("NAME")
      ->check(one_of({"text", "md"}));
  command->footer("Examples:\n  scalemark list configs\n  scalemark list keys train.bucket");
  command->callback([options] { list(options->what, options->prefix, options->format); });
}

}  // namespace scalemark::app
