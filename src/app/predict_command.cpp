#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "analysis/case_set.h"
#include "app/commands.h"
#include "app/json_flag.h"
#include "app/result_files.h"
#include "app/shown_files.h"
#include "config/network_file.h"
#include "core/error.h"
#include "core/log.h"
#include "prediction/network_fit.h"
#include "prediction/prediction.h"
#include "prediction/prediction_json.h"

namespace scalemark::app {
namespace {

constexpr int kMostRanks = 65536;

struct PredictOptions {
  std::vector<std::filesystem::path> files;
  std::string gpus;
  std::filesystem::path network;
  std::filesystem::path output;
  bool extrapolate = false;
  bool json = false;
};

int rank_count(const std::string& text, const std::string& whole) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 2 || value > kMostRanks) {
    throw InputError(fmt::format("--gpus {}: '{}' is no number from 2 to {}; allowed: 8..4096 (doubling) or 8,12,16",
                                 whole, text, kMostRanks));
  }
  return value;
}

/// "8..64" as 8, 16, 32, 64; "8,12,16" as it stands.
std::vector<int> rank_counts(const std::string& text) {
  std::vector<int> counts;
  if (const auto dots = text.find(".."); dots != std::string::npos) {
    const int last = rank_count(text.substr(dots + 2), text);
    for (int ranks = rank_count(text.substr(0, dots), text); ranks <= last; ranks *= 2) counts.push_back(ranks);
    if (counts.empty()) throw InputError(fmt::format("--gpus {}: the first is larger than the last", text));
    return counts;
  }
  std::istringstream parts(text);
  for (std::string part; std::getline(parts, part, ',');) counts.push_back(rank_count(part, text));
  return counts;
}

prediction::NetworkFit measured_network(const std::filesystem::path& path) {
  try {
    return prediction::network_of_collectives(read_shown({path}, read_result_file).files.front());
  } catch (const InputError& error) {
    throw InputError(fmt::format("--network {}: {}", path.string(), error.what()));
  }
}

std::optional<prediction::NetworkFit> network_of(const std::filesystem::path& path) {
  if (path.empty()) return std::nullopt;
  if (path.extension() == ".h5") return measured_network(path);
  const config::NetworkFile file = config::load_network(path);
  return prediction::given_network({file.name,
                                    file.ranks_per_node,
                                    {file.intra_node.latency_seconds, file.intra_node.bytes_per_second},
                                    {file.inter_node.latency_seconds, file.inter_node.bytes_per_second}});
}

void predict(const PredictOptions& options, const ShownFiles& shown) {
  const prediction::PredictionOptions wanted{rank_counts(options.gpus), network_of(options.network),
                                             options.extrapolate};
  const analysis::CaseSet cases = analysis::merge_cases(shown.files);
  const prediction::Prediction predicted = prediction::predict(cases, wanted);
  if (!options.output.empty()) {
    for (const auto& path : prediction::write_prediction(predicted, options.output))
      spdlog::info("{} written", path.string());
  }
  std::cout << (options.json ? prediction::prediction_json(predicted) : prediction::prediction_page(predicted));
}

}  // namespace

void add_predict_command(CLI::App& app) {
  auto options = std::make_shared<PredictOptions>();
  auto* command = app.add_subcommand("predict", "strong and weak scaling on more GPUs than were measured");
  command->add_option("files", options->files, "result files; several are analysed together")
      ->required()
      ->type_name("FILE.h5 ...");
  command->add_option("--gpus", options->gpus, "8..4096 (doubling) or 8,12,16")->required()->type_name("LIST");
  command
      ->add_option("--network", options->network,
                   "a named network, or what scalemark comm measured, in place of comm_only's")
      ->type_name("FILE.yaml|FILE.h5");
  command->add_flag("--extrapolate", options->extrapolate,
                    "also print numbers that are too far from the measured counts, or whose bands are too wide");
  command->add_option("--output", options->output, "folder to write predict.md and its tables into")->type_name("DIR");
  add_json_flag(*command, options->json);
  command->footer(
      "Examples:\n"
      "  scalemark predict quickstart.h5 --gpus 8..1024\n"
      "  scalemark predict quickstart.h5 --gpus 8,12,16 --network cluster.yaml --output prediction");
  command->callback([options] {
    const ShownFiles shown = read_shown(options->files, read_result_file);
    within_bounds(shown, [&] { predict(*options, shown); });
  });
}

}  // namespace scalemark::app
