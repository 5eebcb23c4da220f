#include "app/pack_options.h"

#include <CLI/CLI.hpp>

#include "app/option_checks.h"
#include "config/catalog.h"

namespace scalemark::app {

void add_pack_options(CLI::App& command, PackOptions& options) {
  command.add_option("dataset", options.dataset, "the data set's name, as `scalemark list datasets` has it")
      ->required()
      ->type_name("DATASET")
      ->check(one_of(config::available_values("dataset.name")));
  command.add_option("output", options.output, "the file to write")->required()->type_name("FILE");
  command.add_option("--path", options.path, "where the data set is; default: its usual place")->type_name("PATH");
  command.add_option("--image-size", options.image_size, "side in pixels, of images that are stored as pixels (32)")
      ->type_name("PIXELS");
  command.footer(
      "Example:\n"
      "  scalemark pack tiny-imagenet tiny.pack --path data/tiny-imagenet-200\n"
      "More: docs/data.md");
  command.add_flag("--skip-damaged", options.skip_damaged, "leave out images that cannot be read, and name them");
}

}  // namespace scalemark::app
