#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <memory>
#include <vector>

#include "analysis/comparison/comparison.h"
#include "app/commands.h"
#include "app/json_flag.h"
#include "app/option_checks.h"
#include "app/result_files.h"
#include "app/shown_files.h"
#include "core/error.h"
#include "core/log.h"
#include "report/json/comparison_json.h"
#include "report/pages/comparison_page.h"

namespace scalemark::app {
namespace {

using Paths = std::vector<std::filesystem::path>;

constexpr const char* kExamples =
    "Examples:\n"
    "  scalemark compare before.h5 after.h5\n"
    "  scalemark compare --threshold 2% --base a1.h5 a2.h5 --new b1.h5 b2.h5\n"
    "What a verdict means: docs/measuring.md";

struct CompareOptions {
  Paths two_files;
  Paths base;
  Paths changed;
  analysis::ComparisonOptions comparison;
  std::filesystem::path output;
  bool json = false;
};

/// Base and new, from the two files or from the two lists.
std::pair<Paths, Paths> sides_of(const CompareOptions& options) {
  const bool lists = !options.base.empty() && !options.changed.empty();
  if (lists && options.two_files.empty()) return {options.base, options.changed};
  if (options.two_files.size() == 2 && options.base.empty() && options.changed.empty())
    return {{options.two_files[0]}, {options.two_files[1]}};
  throw InputError("compare needs BASE.h5 NEW.h5, or --base A1.h5 A2.h5 ... --new B1.h5 B2.h5 ...");
}

/// What the exit code says; nothing where all is well.
void judge(const analysis::Comparison& comparison) {
  if (comparison.has_regression()) {
    throw Error(ExitCode::kRegression,
                fmt::format("{} {}(s) slower than base, {} lost", comparison.count(analysis::Verdict::kSlower),
                            comparison.of_collectives ? "collective" : "case", comparison.lost()));
  }
  if (comparison.cases.empty()) {
    throw InputError(comparison.others.empty()
                         ? std::string("nothing to compare: the files hold no case")
                         : fmt::format("nothing to compare: {}: {}", comparison.others.front().key.name,
                                       comparison.others.front().reason));
  }
}

/// `shown` holds the files of base, and after them those of new.
void compare(const CompareOptions& options, const ShownFiles& shown, std::size_t base_files) {
  const auto first_of_new = shown.files.begin() + static_cast<std::ptrdiff_t>(base_files);
  const std::vector<results::ResultFile> base(shown.files.begin(), first_of_new);
  const std::vector<results::ResultFile> changed(first_of_new, shown.files.end());
  const analysis::Comparison comparison = analysis::compare_jobs(base, changed, options.comparison);
  if (!options.output.empty()) {
    for (const auto& path : report::write_comparison(comparison, options.output))
      spdlog::info("{} written", path.string());
  }
  std::cout << (options.json ? report::comparison_json(comparison) : report::comparison_page(comparison)) << std::flush;
  judge(comparison);
}

}  // namespace

void add_compare_command(CLI::App& app) {
  auto options = std::make_shared<CompareOptions>();
  auto* command = app.add_subcommand("compare",
                                     "what got slower between two result files, of sweeps or of collectives, or from "
                                     "several jobs to several others; exit code 1 if any");
  command->add_option("files", options->two_files, "two result files: the base to compare with, and the new one")
      ->type_name("BASE.h5 NEW.h5");
  command
      ->add_option("--base", options->base,
                   "the jobs to compare with; the verdict then allows for scatter from "
                   "job to job")
      ->type_name("A1.h5 A2.h5 ...");
  command->add_option("--new", options->changed, "the jobs in question")->type_name("B1.h5 B2.h5 ...");
  command->add_flag("--paired", options->comparison.paired,
                    "the jobs of --base and --new took turns, in this order (scripts/ab)");
  command->add_flag("--allow-missing", options->comparison.allow_missing,
                    "do not count a case that is missing from "
                    "new as lost");
  command
      ->add_option("--threshold", options->comparison.threshold,
                   "the smallest relative change that matters, such as 5% or 0.05, the default")
      ->type_name("SHARE")
      ->check(finite_range(0.0, 10.0))
      ->transform(percent_as_fraction());
  command->add_option("--output", options->output, "folder to write compare.md and compare.csv into")->type_name("DIR");
  add_json_flag(*command, options->json);
  command->footer(kExamples);
  command->callback([options] {
    const auto [base, changed] = sides_of(*options);
    ShownFiles shown = read_shown(base, read_result_file);
    add_shown(changed, shown, read_result_file);
    within_bounds(shown, [&, base_files = base.size()] { compare(*options, shown, base_files); });
  });
}

}  // namespace scalemark::app
