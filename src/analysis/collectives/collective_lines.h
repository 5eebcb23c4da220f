#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "results/records.h"

namespace scalemark::analysis {

/// A collective at one size, with two buffers or with one, as `scalemark comm` measured it. Seconds are counted as
/// nccl-tests does, bandwidths are bytes per second.
struct CollectiveLine {
  std::string name;  ///< the operation, and what tells its series from the others: "all_reduce, 4 ranks"
  std::size_t file_index = 0;
  std::string op;
  std::string backend;
  std::string type;
  std::int64_t ranks = 0;
  bool in_place = false;
  std::int64_t bytes = 0;
  double seconds = results::kNotMeasured;
  double algorithm_bandwidth = results::kNotMeasured;
  double bus_bandwidth = results::kNotMeasured;
  double expected_bus_bandwidth = results::kNotMeasured;  ///< of the links between the ranks
  double share_of_links = results::kNotMeasured;          ///< fraction of it; NaN for sendrecv, which uses few of them
  double wrong = results::kNotMeasured;                   ///< elements, over all ranks; NaN where none was checked
  double graph_seconds = results::kNotMeasured;           ///< of one of many in a replayed graph
  double call_seconds = results::kNotMeasured;            ///< of the host, to start one of many in a row
  std::string choice;                                     ///< NCCL's: "ring, ll128, 8 channels"; or empty
  std::string links;
  std::vector<double> repetition_seconds{};  ///< one by one, each of its slowest rank
  std::string reduction = "sum";             ///< of all_reduce and reduce_scatter
};

/// Every collective of the files, in their order: each operation's sizes with two buffers, then with one. Names are the
/// same for what one line of a figure may join.
std::vector<CollectiveLine> collective_lines(std::span<const results::ResultFile> files);

/// Of those with two buffers, the line with the highest bus bandwidth; nullptr without any.
const CollectiveLine* fastest_collective(std::span<const CollectiveLine> lines);

/// The models of a file's devices without clocks and addresses, as "NVIDIA H200"; empty where none is recorded.
std::string device_names(const results::ResultFile& file);

}  // namespace scalemark::analysis
