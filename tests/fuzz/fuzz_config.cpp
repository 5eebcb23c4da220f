#include <stdexcept>

#include "config/experiment.h"
#include "config/network_file.h"
#include "config/text_check.h"
#include "core/error.h"
#include "fuzz/fuzz_targets.h"

namespace scalemark::fuzz {
namespace {

void check_config_fault(const std::filesystem::path& path, const std::string& message) {
  if (!message.starts_with(path.string()) || config::find_unprintable(message))
    throw std::logic_error("a fault without its place, or not printable: " + message);
}

}  // namespace

bool fuzz_config(const std::filesystem::path& path) {
  try {
    const config::Experiment experiment = config::load_experiment(path);
    if (experiment.cases.empty() || experiment.hash.empty()) throw std::logic_error("accepted, and without a case");
    return true;
  } catch (const InputError& error) {
    check_config_fault(path, error.what());
    return false;
  }
}

bool fuzz_network(const std::filesystem::path& path) {
  try {
    const config::NetworkFile network = config::load_network(path);
    if (!(network.inter_node.bytes_per_second > 0) || network.ranks_per_node < 1)
      throw std::logic_error("accepted a network that is none");
    return true;
  } catch (const InputError& error) {
    check_config_fault(path, error.what());
    return false;
  }
}

}  // namespace scalemark::fuzz
