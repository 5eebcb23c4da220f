#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "app/commands.h"
#include "app/json_flag.h"
#include "app/option_checks.h"
#include "app/shipped_files.h"
#include "config/catalog.h"
#include "config/key_meanings.h"
#include "core/error.h"
#include "core/text/json_writer.h"
#include "core/text/shown_text.h"

namespace scalemark::app {
namespace {

// Below the working folder first.
std::filesystem::path configs_folder() {
  const std::filesystem::path here = "configs";
  const auto shipped = shipped_folder();
  return std::filesystem::is_directory(here) || shipped.empty() ? here : shipped / here;
}

struct ListOptions {
  std::string what;
  std::string prefix;
  std::string format = "text";
  bool json = false;
};

std::vector<std::string> names_of(const std::string& what) {
  const std::string key = what == "models" ? "model" : what == "datasets" ? "dataset.name" : "train.optimizer";
  return config::available_values(key);
}

void add_key(JsonWriter& json, const config::KeyLine& key) {
  json.begin_object()
      .member("name", key.path)
      .member("meaning", key.meaning)
      .member("default", key.default_text)
      .member("allowed", key.allowed)
      .member("places", key.places)
      .member("since", key.since)
      .end_object();
}

void add_items(JsonWriter& json, const ListOptions& options) {
  using Layout = JsonWriter::Layout;
  if (options.what == "keys") {
    for (const auto& key : config::key_lines(options.prefix)) add_key(json, key);
  } else if (options.what == "configs") {
    for (const auto& config : config::list_configs(configs_folder())) {
      json.begin_object(Layout::kOneLine)
          .member("name", config.name)
          .member("path", config.path.string())
          .member("description", config.description)
          .end_object();
    }
  } else {
    for (const auto& name : names_of(options.what))
      json.begin_object(Layout::kOneLine).member("name", name).end_object();
  }
}

std::string list_json(const ListOptions& options) {
  return json_document("list", [&](JsonWriter& json) {
    json.member("what", options.what).key("items").begin_array();
    add_items(json, options);
    json.end_array();
  });
}

std::string list_text(const ListOptions& options) {
  if (options.what == "keys") return options.format == "md" ? config::key_page() : config::key_list(options.prefix);
  std::string text;
  if (options.what == "configs") {
    for (const auto& config : config::list_configs(configs_folder()))
      text += fmt::format("{:<28} {}\n", shown_line(config.name), shown_line(config.description));
  } else {
    for (const auto& name : names_of(options.what)) text += name + '\n';
    if (options.what == "models")
      text += "  or your own: the path of a TorchScript file, FILE.pt (docs/own-network.md)\n";
  }
  return text;
}

void list(const ListOptions& options) {
  const bool is_page = options.format != "text";
  if (options.what != "keys" && (!options.prefix.empty() || is_page))
    throw InputError("only `scalemark list keys` takes a prefix and --format");
  if (options.json && is_page) throw InputError("--json and --format md: give one of the two");
  std::cout << (options.json ? list_json(options) : list_text(options)) << std::flush;
}

}  // namespace

void add_list_command(CLI::App& app) {
  auto options = std::make_shared<ListOptions>();
  const std::vector<std::string> lists{"models", "datasets", "optimizers", "configs", "keys"};
  auto* command = app.add_subcommand("list", "the names and keys that a config may use");
  command->add_option("what", options->what, "models, datasets, optimizers, configs or keys")
      ->required()
      ->type_name("models|datasets|optimizers|configs|keys")
      ->check(one_of(lists));
  command->add_option("prefix", options->prefix, "for keys: list those that begin with this")->type_name("PREFIX");
  command->add_option("--format", options->format, "for keys: text, or md for docs/config.md")
      ->type_name("NAME")
      ->check(one_of({"text", "md"}));
  add_json_flag(*command, options->json);
  command->footer("Examples:\n  scalemark list configs\n  scalemark list keys train.bucket");
  command->callback([options] { list(*options); });
}

}  // namespace scalemark::app
