#pragma once

#include <string>
#include <vector>

namespace scalemark::fuzz {

// The sound inputs that all others are made from, and words of their formats.

std::string sample_results();
/// One batch on 1, 2 and 4 ranks, with all that a speed-up and its loss are told from.
std::string sample_sweep();
std::string sample_figures();
std::string sample_config();
std::string sample_network();
std::string sample_idx();
std::string sample_cifar10();
std::string sample_image();
std::string sample_pack();
std::string sample_text();
std::string sample_messages();

std::vector<std::string> csv_words();
std::vector<std::string> yaml_words();
std::vector<std::string> text_words();
std::vector<std::string> json_words();

/// The checksums of a pack's header and index as they should be: what is behind them must stand damage too.
void seal_pack(std::string& bytes);

}  // namespace scalemark::fuzz
