#include "app/comm_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <iostream>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "app/comm_plan.h"
#include "app/doctor_command.h"
#include "collectives/comm_json.h"
#include "collectives/link_facts.h"
#include "collectives/measure_collective.h"
#include "collectives/table.h"
#include "collectives/verdicts.h"
#include "comm/backend.h"
#include "comm/faulty_communicator.h"
#include "core/faults.h"
#include "core/links.h"
#include "core/log.h"
#include "core/new_file.h"
#include "core/text/shown_text.h"
#include "measure/device.h"
#include "results/result_store.h"
#include "sweep/agreement.h"
#include "sweep/provenance.h"
#include "train/device_backend.h"

namespace scalemark::app {
namespace {

// How long a single collective may stand still; the largest take seconds.
constexpr double kTimeoutSeconds = 300;

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

results::CommRecord measure(const collectives::Operation& operation, const CommPlan& plan, const CommOptions& options,
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

/// By the baseline where there is one, else by the links, of which nothing is said for ranks on CPUs.
std::vector<collectives::Verdict> verdicts_of(const CommPlan& plan, const results::ResultFile& job) {
  std::vector<collectives::Verdict> verdicts;
  for (std::size_t i = 0; i < plan.operations.size(); ++i) {
    const results::CommRecord& found = job.comm[i];
    const auto before = std::ranges::find(plan.baseline, found.op, &results::CommRecord::op);
    if (before != plan.baseline.end()) {
      std::ranges::move(collectives::verdicts_by_baseline(found, *before, plan.gate), std::back_inserter(verdicts));
    } else if (plan.cuda) {
      verdicts.push_back(collectives::verdict_by_links(plan.operations[i], found, plan.gate));
    }
  }
  return verdicts;
}

/// What the exit code says of the gate.
ExitCode gate_code(const CommPlan& plan, const std::vector<collectives::Verdict>& verdicts) {
  if (!plan.is_gate) return ExitCode::kSuccess;
  if (collectives::any_below(verdicts)) return ExitCode::kRegression;
  if (collectives::any_judged(verdicts)) return ExitCode::kSuccess;
  spdlog::error("--gate: nothing could be judged; the table of verdicts says why");
  return ExitCode::kInput;
}

/// On rank 0: the document or the verdicts, and the files that were asked for.
ExitCode hand_over(const CommOptions& options, const CommPlan& plan, results::ResultFile job) {
  const auto verdicts = verdicts_of(plan, job);
  const ExitCode code = gate_code(plan, verdicts);
  if (options.json) {
    const auto passes = plan.is_gate ? std::optional(code == ExitCode::kSuccess) : std::nullopt;
    std::cout << collectives::comm_json(plan.operations, job, verdicts, passes) << std::flush;
  } else if (plan.is_gate || !plan.baseline.empty()) {
    std::cout << shown_text(collectives::verdict_table(verdicts)) << std::flush;
  }
  if (!options.nccl_tests_json.empty()) {
    write_text_file(options.nccl_tests_json, collectives::nccl_tests_json(plan.operations, plan.measure, job));
    spdlog::info("{} written", options.nccl_tests_json.string());
  }
  if (options.output.empty()) return code;
  results::ResultStore::create(options.output, std::move(job));
  spdlog::info("{} written", options.output.string());
  return code;
}

}  // namespace

ExitCode comm(const CommOptions& options, const std::string& command_line, const monitor::ControlGroup& world,
              monitor::RankMonitor& monitor) {
  CommPlan plan;
  Faults faults;
  sweep::together(world, [&] {
    plan = plan_of(options, world.size(), world.rank() == 0);
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
  const ExitCode code = world.rank() == 0 ? hand_over(options, plan, std::move(job)) : ExitCode::kSuccess;
  return wrong == 0 ? code : ExitCode::kCases;
}

}  // namespace scalemark::app
