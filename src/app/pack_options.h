#pragma once

#include <string>

namespace CLI {
class App;
}

namespace scalemark::app {

/// `pack DATASET OUT [--path PATH] [--image-size N] [--skip-damaged]`
struct PackOptions {
  std::string dataset;
  std::string output;
  std::string path;  ///< empty: the data set's usual place
  int image_size = 32;
  bool skip_damaged = false;
};

void add_pack_options(CLI::App& command, PackOptions& options);

}  // namespace scalemark::app
