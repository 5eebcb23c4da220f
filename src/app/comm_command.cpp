#include "app/comm_command.h"

#include <fmt/format.h>

#include <filesystem>
#include <functional>
#include <iostream>
#include <memory>
#include <utility>
#include <vector>

#include "app/doctor_command.h"
#include "collectives/link_facts.h"
#include "collectives/measure_collective.h"
#include "collectives/table.h"
#include "comm/backend.h"
#include "comm/faulty_communicator.h"
#include "core/faults.h"
#include "core/links.h"
#include "core/log.h"
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

/// @throws InputError
Plan plan_of(const CommOptions& options) {
  Plan plan;
  if (options.op == "all") {
    plan.operations.assign(collectives::operations().begin(), collectives::operations().end());
  } else {
    plan.operations = {collectives::operation_named(options.op)};
  }
  collectives::type_named(options.type);
  plan.measure = {bytes_of(options.begin, "--begin"),
                  bytes_of(options.end, "--end"),
                  options.factor,
                  options.warmup,
                  options.iterations,
                  options.check};
  if (plan.measure.begin_bytes > plan.measure.end_bytes) {
    throw InputError(fmt::format("--begin {} is more than --end {}", options.begin, options.end));
  }
  if (std::filesystem::exists(options.output)) {
    throw InputError(fmt::format("{} exists; choose another --output", options.output.string()));
  }
  plan.cuda = options.device == "cuda" || (options.device == "auto" && measure::cuda_device_count() > 0);
  return plan;
}

/// The options as a config would hold them, for the file's provenance.
config::Experiment experiment_of(const CommOptions& options) {
  config::Experiment experiment;
  experiment.name = "collectives";
  experiment.resolved_yaml = fmt::format(
      "op: {}\ntype: {}\ndevice: {}\nbegin: {}\nend: {}\nfactor: {}\nwarmup: {}\niterations: {}\ncheck: {}\n",
      options.op, options.type, options.device, options.begin, options.end, options.factor, options.warmup,
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
  const bool speaks = ranks.control.rank() == 0;
  if (speaks) print_heading(operation, options, ranks.group, job);
  auto record = collectives::measure_collective(
      operation, plan.measure, options.type, ranks, [&](const results::CommRecord& so_far) {
        std::cout << collectives::table_row(operation, so_far, so_far.bytes.size() - 1) << std::flush;
      });
  record.expected_bus_bandwidth = expected.bytes_per_second;
  record.links = expected.source;
  if (speaks) std::cout << shown_text(collectives::table_footer(operation, record)) << std::flush;
  return record;
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
  auto job = sweep::describe_job(experiment_of(options), command_line, {device}, world);
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
  if (world.rank() == 0 && !options.output.empty()) {
    results::ResultStore::create(options.output, std::move(job));
    spdlog::info("{} written", options.output.string());
  }
  return wrong == 0 ? ExitCode::kSuccess : ExitCode::kCases;
}

}  // namespace scalemark::app
