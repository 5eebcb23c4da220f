#include "app/comm_plan.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <string>

#include "collectives/verdicts.h"
#include "core/error.h"
#include "core/units.h"
#include "measure/device.h"
#include "results/result_store.h"

namespace scalemark::app {
namespace {

std::int64_t bytes_of(const std::string& text, const char* option) {
  const auto bytes = parse_bytes(text);
  if (!bytes || *bytes < 1) throw InputError(fmt::format("{} {}: is not a size such as 8, 64K or 128M", option, text));
  return *bytes;
}

std::vector<collectives::Operation> operations_of(const CommOptions& options) {
  std::vector<collectives::Operation> operations;
  if (options.op == "all") {
    operations.assign(collectives::operations().begin(), collectives::operations().end());
  } else {
    operations = {collectives::operation_named(options.op)};
  }
  const comm::Reduction reduction = collectives::reduction_named(options.reduction);
  for (auto& operation : operations) operation.reduction = reduction;
  if (reduction != comm::Reduction::kSum && !std::ranges::any_of(operations, &collectives::Operation::reduces))
    throw InputError(fmt::format("--reduction {}: {} has no reduction; all_reduce and reduce_scatter have one",
                                 options.reduction, options.op));
  return operations;
}

/// The step where there is one, else 0; the sizes end somewhere either way.
std::int64_t step_of(const CommOptions& options) {
  constexpr std::int64_t kMostSizes = 100'000;
  if (options.step.empty()) {
    if (options.factor == 1) throw InputError("--factor 1: sizes would not grow; give --step too, or a larger factor");
    return 0;
  }
  if (options.factor > 1) throw InputError("--factor and --step: give only one of the two");
  const std::int64_t step = bytes_of(options.step, "--step");
  const std::int64_t sizes = (bytes_of(options.end, "--end") - bytes_of(options.begin, "--begin")) / step;
  if (sizes > kMostSizes)
    throw InputError(fmt::format("--step {}: makes {} sizes; at most {} are allowed", options.step, sizes, kMostSizes));
  return step;
}

void refuse_existing(const std::filesystem::path& path, const char* option) {
  if (std::filesystem::exists(path))
    throw InputError(fmt::format("{} exists; choose another {}", path.string(), option));
}

/// The share of --gate, or the default of what judges.
double gate_of(const CommOptions& options) {
  if (options.gate.empty() || options.gate == kAutoGate)
    return options.baseline.empty() ? collectives::kGateByLinks : collectives::kGateByBaseline;
  const auto percent = parse_percent(options.gate);
  double share = percent ? *percent / 100 : 0;
  if (!percent) CLI::detail::lexical_cast(options.gate, share);
  constexpr double kMost = 10;
  if (!(share > 0 && share <= kMost))
    throw InputError(fmt::format("--gate {}: is no share such as 0.9 or 90%", options.gate));
  return share;
}

/// A gate by the links needs what they are judged by.
void refuse_blind_gate(const CommOptions& options, const CommPlan& plan) {
  const std::string instead = "; give --baseline FILE.h5, a file of scalemark comm --output from when all was well";
  if (!plan.cuda)
    throw InputError("--gate: for ranks on CPUs there is no published figure (shared memory, MPI's network)" + instead);
  if (plan.measure.end_bytes < collectives::kLeastLargeBytes)
    throw InputError(
        fmt::format("--gate: links are judged by sizes of 16M or more, and --end is {}{}", options.end, instead));
}

void plan_verdicts(const CommOptions& options, std::int64_t ranks, bool reads, CommPlan& plan) {
  plan.is_gate = !options.gate.empty();
  plan.gate = gate_of(options);
  if (options.baseline.empty()) {
    if (plan.is_gate) refuse_blind_gate(options, plan);
    return;
  }
  if (!reads) return;
  plan.baseline = results::read_results(options.baseline).comm;
  for (const auto& operation : plan.operations) {
    collectives::refuse_other_baseline({operation, options.type, plan.cuda ? "nccl" : "mpi", ranks,
                                        collectives::measured_bytes(operation, plan.measure, options.type, ranks)},
                                       plan.baseline, options.baseline.string());
  }
}

}  // namespace

CommPlan plan_of(const CommOptions& options, std::int64_t ranks, bool reads) {
  CommPlan plan;
  plan.operations = operations_of(options);
  collectives::type_named(options.type);
  plan.measure = {.begin_bytes = bytes_of(options.begin, "--begin"),
                  .end_bytes = bytes_of(options.end, "--end"),
                  .factor = options.factor > 0 ? options.factor : 2,
                  .step_bytes = step_of(options),
                  .warmup = options.warmup,
                  .repetitions = options.iterations,
                  .check = options.check};
  if (plan.measure.begin_bytes > plan.measure.end_bytes) {
    throw InputError(fmt::format("--begin {} is more than --end {}", options.begin, options.end));
  }
  refuse_existing(options.output, "--output");
  refuse_existing(options.nccl_tests_json, "-J");
  plan.cuda = options.device == "cuda" || (options.device == "auto" && measure::cuda_device_count() > 0);
  plan_verdicts(options, ranks, reads, plan);
  return plan;
}

config::Experiment experiment_of(const CommOptions& options, const CommPlan& plan) {
  config::Experiment experiment;
  experiment.name = "collectives";
  experiment.resolved_yaml = fmt::format(
      "op: {}\nreduction: {}\ntype: {}\ndevice: {}\nbegin: {}\nend: {}\n{}\nwarmup: {}\niterations: {}\ncheck: {}\n",
      options.op, options.reduction, options.type, options.device, options.begin, options.end,
      options.step.empty() ? fmt::format("factor: {}", plan.measure.factor) : "step: " + options.step, options.warmup,
      options.iterations, options.check);
  return experiment;
}

}  // namespace scalemark::app
