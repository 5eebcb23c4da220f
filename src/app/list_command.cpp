#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>

#include "app/commands.h"
#include "app/sibling.h"
#include "config/catalog.h"

namespace scalemark::app {
namespace {

// Beside the working folder first: an installed program stands in bin, a built one in build/bin.
std::filesystem::path configs_folder() {
  const auto program = program_folder();
  for (const auto& folder :
       {std::filesystem::path("configs"), program.parent_path() / "configs",
        program.parent_path() / "share/scalemark/configs", program.parent_path().parent_path() / "configs"}) {
    if (std::filesystem::is_directory(folder)) return folder;
  }
  return "configs";
}

void list(const std::string& what) {
  if (what == "configs") {
    for (const auto& config : config::list_configs(configs_folder())) {
      std::cout << fmt::format("{:<28} {}\n", config.name, config.description);
    }
    return;
  }
  const std::string key = what == "models" ? "model" : what == "datasets" ? "dataset.name" : "train.optimizer";
  for (const auto& name : config::available_values(key)) std::cout << name << '\n';
}

}  // namespace

void add_list_command(CLI::App& app) {
  auto what = std::make_shared<std::string>();
  auto* command = app.add_subcommand("list", "the names that a config may use");
  command->add_option("what", *what, "models, datasets, optimizers or configs")
      ->required()
      ->check(CLI::IsMember({"models", "datasets", "optimizers", "configs"}));
  command->callback([what] { list(*what); });
}

}  // namespace scalemark::app
