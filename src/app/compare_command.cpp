#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <memory>

#include "analysis/comparison.h"
#include "app/commands.h"
#include "app/finite_range.h"
#include "core/error.h"
#include "core/log.h"
#include "report/pages/comparison_page.h"
#include "results/result_store.h"

namespace scalemark::app {
namespace {

struct CompareOptions {
  std::filesystem::path base;
  std::filesystem::path changed;
  double threshold = 0.05;
  std::filesystem::path output;
};

void compare(const CompareOptions& options) {
  const analysis::Comparison comparison = analysis::compare_files(
      results::read_results(options.base), results::read_results(options.changed), options.threshold);
  if (!options.output.empty()) {
    for (const auto& path : report::write_comparison(comparison, options.output))
      spdlog::info("{} written", path.string());
  }
  std::cout << report::comparison_page(comparison);
  if (!comparison.has_regression()) return;
  std::cout.flush();
  throw Error(ExitCode::kRegression,
              fmt::format("{}: {} case(s) slower than in {}, {} lost", options.changed.string(),
                          comparison.count(analysis::Verdict::kSlower), options.base.string(), comparison.lost()));
}

}  // namespace

void add_compare_command(CLI::App& app) {
  auto options = std::make_shared<CompareOptions>();
  auto* command = app.add_subcommand("compare", "what got slower from one result file to another; exit code 1 if any");
  command->add_option("base", options->base, "the result file to compare with")->required()->type_name("BASE.h5");
  command->add_option("new", options->changed, "the result file in question")->required()->type_name("NEW.h5");
  command
      ->add_option("--threshold", options->threshold, "the smallest relative change that matters; default: 0.05 (5 %)")
      ->check(finite_range(0.0, 10.0));
  command->add_option("--output", options->output, "folder to write compare.md and compare.csv into")->type_name("DIR");
  command->callback([options] { compare(*options); });
}

}  // namespace scalemark::app
