#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "config/experiment.h"
#include "doctor/facts.h"

namespace scalemark::doctor {

// Each fills in what this rank can find out by itself about one side of its node.

void add_gpu_facts(RankFacts& facts);
void add_host_facts(RankFacts& facts);
void add_network_facts(RankFacts& facts);

/// For each data set's path: why it cannot be read here; empty where it can.
std::map<std::string, std::string> data_faults(const config::Experiment& experiment);

/// Writes, locks and renames a small file in the folder of `output`, and removes it.
OutputFacts try_folder_of(const std::filesystem::path& output);

/// The most that the samples of an experiment take on disk, with the copy that each commit writes.
std::int64_t result_bytes(const config::Experiment& experiment);

}  // namespace scalemark::doctor
