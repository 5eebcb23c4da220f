#include "app/comm_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <iostream>
#include <memory>
#include <span>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "app/doctor_command.h"
#include "collectives/comm_json.h"
#include "collectives/link_facts.h"
#include "collectives/measure_collective.h"
#include "collectives/table.h"
#include "comm/backend.h"
#include "comm/faulty_communicator.h"
#include "core/faults.h"
#include "core/links.h"
#include "core/log.h"
#include "core/new_file.h"
#include "core/text/shown_text.h"
#include "core/units.h"
#include "measure/device.h"
#include "results/result_store.h"
#include "sweep/agreement.h"
#include "sweep/provenance.h"
#include "train/device_backend.h"

namespace scalemark::app {
namespace {

// How long a single collective may stand still; the largest take seconds.
constexpr double kTimeoutSeconds = 300;

struct Plan {
  std::vector<collectives::Operation> operations;
  collectives::MeasureOptions measure;
  bool cuda = false;
};

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

/// @throws InputError
Plan plan_of(const CommOptions& options) {
  Plan plan;
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
  return plan;
}

/// The options as a config would hold them, for the file's provenance.
config::Experiment experiment_of(const CommOptions& options, const Plan& plan) {
  config::Experiment experiment;
  experiment.name = "collectives";
  experiment.resolved_yaml = fmt::format(
      "op: {}\nreduction: {}\ntype: {}\ndevice: {}\nbegin: {}\nend: {}\n{}\nwarmup: {}\niterations: {}\ncheck: {}\n",
      options.op, options.reduction, options.type, options.device, options.begin, options.end,
      options.step.empty() ? fmt::format("factor: {}", plan.measure.factor) : "step: " + options.step, options.warmup,
      options.iterations, options.check);
  return experiment;
}

doctor::Wishes wishes_of(const CommOptions& options) {
  using doctor::WantedDevice;
  doctor::Wishes wishes;
  if (options.device != "auto") wishes.device = options.device == "cuda" ? WantedDevice::kCuda : WantedDevice::kCpu;
  return wishes;
}

void print_heading(const collectives::Operation& operation, const CommOptions& options, const comm::Communicator& group,
                   const results::ResultFile& job) {
  std::cout << fmt::format("# scalemark {}: {} over {}, {} ranks, {} warm-up repetitions, {} timed in a row\n",
                           job.software_version, operation.name, group.backend(), group.size(), options.warmup,
                           options.iterations);
  for (std::size_t rank = 0; rank < job.provenance.hosts.size(); ++rank) {
    std::cout << fmt::format("#  Rank {:>2} on {}: {}\n", rank, shown_line(job.provenance.hosts[rank]),
                             shown_line(job.provenance.devices[rank]));
  }
  std::cout << collectives::table_header() << std::flush;
}

/// Graphs of the device; empty where it keeps none.
collectives::RecordWork recorder_of(const at::Device& device) {
  const std::shared_ptr<train::GraphRecorder> recorder = train::make_graph_recorder(device);
  if (recorder == nullptr) return {};
  return [recorder](const std::function<void()>& work) -> std::function<void()> {
    const std::shared_ptr<train::DeviceGraph> graph = recorder->record([&](const auto&) { work(); });
    return [graph] { graph->replay({}); };
  };
}

/// Of the links between GPUs; of ranks on CPUs nothing is said.
ExpectedBandwidth expected_between(const collectives::Ranks& ranks) {
  if (!ranks.device.is_cuda()) return {};
  return expected_bus_bandwidth(collectives::link_facts(ranks.device, ranks.control));
}

results::CommRecord measure(const collectives::Operation& operation, const Plan& plan, const CommOptions& options,
                            const collectives::Ranks& ranks, const ExpectedBandwidth& expected,
                            const results::ResultFile& job) {
  const bool speaks = ranks.control.rank() == 0 && !options.json;
  if (speaks) print_heading(operation, options, ranks.group, job);
  auto record = collectives::measure_collective(
      operation, plan.measure, options.type, ranks, [&](const results::CommRecord& so_far) {
        if (!speaks) return;
        std::cout << collectives::table_row(operation, so_far, so_far.bytes.size() - 1) << std::flush;
      });
  record.expected_bus_bandwidth = expected.bytes_per_second;
  record.links = expected.source;
  if (speaks) std::cout << shown_text(collectives::table_footer(operation, record)) << std::flush;
  return record;
}

/// @throws InputError
void write_text_file(const std::filesystem::path& path, const std::string& text) {
  try {
    NewFile file(path);
    file.write(std::as_bytes(std::span(text)));
    file.finish();
  } catch (const std::system_error& error) {
    throw InputError(fmt::format("{}: cannot be written: {}", path.string(), error.code().message()));
  }
}

/// On rank 0: the document, and the files that were asked for.
void hand_over(const CommOptions& options, const Plan& plan, results::ResultFile job) {
  if (options.json) std::cout << collectives::comm_json(plan.operations, job) << std::flush;
  if (!options.nccl_tests_json.empty()) {
    write_text_file(options.nccl_tests_json, collectives::nccl_tests_json(plan.operations, plan.measure, job));
    spdlog::info("{} written", options.nccl_tests_json.string());
  }
  if (options.output.empty()) return;
  results::ResultStore::create(options.output, std::move(job));
  spdlog::info("{} written", options.output.string());
}

}  // namespace

ExitCode comm(const CommOptions& options, const std::string& command_line, const monitor::ControlGroup& world,
              monitor::RankMonitor& monitor) {
  Plan plan;
  Faults faults;
  sweep::together(world, [&] {
    plan = plan_of(options);
    faults = Faults::from_environment(world.rank());
  });
  if (const ExitCode code = check_launch(wishes_of(options), world); code != ExitCode::kSuccess) return code;
  monitor.set_timeout(kTimeoutSeconds);
  const at::Device device = measure::select_device(plan.cuda, world.node_rank());
  auto job = sweep::describe_job(experiment_of(options, plan), command_line, {device}, world);
  auto group = comm::make_communicator(device);
  if (faults.any()) group = comm::make_faulty_communicator(std::move(group), faults, comm::FaultyCalls::kAll);
  const collectives::Ranks ranks{device, *group, world, monitor.activity(), recorder_of(device)};
  const ExpectedBandwidth expected = expected_between(ranks);
  std::int64_t wrong = 0;
  for (const auto& operation : plan.operations) {
    auto record = measure(operation, plan, options, ranks, expected, job);
    wrong += collectives::wrong_elements(record);
    job.comm.push_back(std::move(record));
  }
  if (world.rank() == 0) hand_over(options, plan, std::move(job));
  return wrong == 0 ? ExitCode::kSuccess : ExitCode::kCases;
}

}  // namespace scalemark::app
