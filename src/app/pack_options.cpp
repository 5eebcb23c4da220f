#include "app/pack_options.h"

#include <CLI/CLI.hpp>

#include "config/catalog.h"

namespace scalemark::app {

void add_pack_options(CLI::App& command, PackOptions& options) {
  command.add_option("dataset", options.dataset, "the data set's name, as `scalemark list datasets` has it")
      ->required()
      ->check(CLI::IsMember(config::available_values("dataset.name")));
  command.add_option("output", options.output, "the file to write")->required();
  command.add_option("--path", options.path, "where the data set is; default: its usual place");
  command.add_option("--image-size", options.image_size, "side in pixels, of images that are stored as pixels (32)");
  command.add_flag("--skip-damaged", options.skip_damaged, "leave out images that cannot be read, and name them");
}

}  // namespace scalemark::app
