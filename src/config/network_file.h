#pragma once

#include <filesystem>
#include <string>

namespace scalemark::config {

/// One level of a network as its maker states it.
struct NetworkLevel {
  double latency_seconds = 0;   ///< of a message
  double bytes_per_second = 0;  ///< of one direction: per rank inside a node, per node between nodes
};

/// A named network, for `scalemark predict --network`.
struct NetworkFile {
  std::string name;
  int ranks_per_node = 1;
  NetworkLevel intra_node;
  NetworkLevel inter_node;
};

/// Reads
///     name: hdr100
///     ranks_per_node: 4
///     intra_node: {latency: 3us, bandwidth: 40GB/s}
///     inter_node: {latency: 5us, bandwidth: 100Gbit/s}
/// where every key is required.
/// @throws InputError with one line per fault, as file:line:column: key.path: what is wrong, what is allowed.
NetworkFile load_network(const std::filesystem::path& path);

}  // namespace scalemark::config
