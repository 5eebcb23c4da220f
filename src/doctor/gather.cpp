#include "doctor/gather.h"

#include <ATen/ops/full.h>
#include <c10/util/Exception.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "comm/backend.h"
#include "core/error.h"
#include "core/host_name.h"
#include "core/unix_seconds.h"
#include "doctor/launch_facts.h"
#include "doctor/leftovers.h"
#include "doctor/own_facts.h"
#include "measure/device.h"
#include "mpi/mpi_session.h"

namespace scalemark::doctor {
namespace {

RankFacts own_facts(const monitor::ControlGroup& world) {
  RankFacts facts;
  facts.rank = world.rank();
  facts.world_size = world.size();
  facts.node_rank = world.node_rank();
  facts.host = host_name();
  facts.launch = launch_facts();
  add_gpu_facts(facts);
  add_host_facts(facts);
  add_network_facts(facts);
  world.barrier();
  facts.clock_ahead_seconds = unix_seconds();  // of rank 0's, once that is known
  return facts;
}

// What every rank says, on rank 0; where a rank's text is empty it has nothing to say.
std::string first_text(const monitor::ControlGroup& world, const std::string& mine) {
  const auto texts = world.gather(mine);
  for (std::size_t rank = 0; rank < texts.size(); ++rank) {
    if (!texts[rank].empty()) return fmt::format("rank {}: {}", rank, texts[rank]);
  }
  return {};
}

std::string reduce_once(const monitor::ControlGroup& world, bool use_cuda) {
  constexpr double kDeadlineSeconds = 60;
  constexpr int kNumbers = 1024;
  try {
    const auto device = measure::select_device(use_cuda, world.node_rank());
    const auto all = comm::make_communicator(device, kDeadlineSeconds);
    const auto numbers = at::full({kNumbers}, world.rank() + 1, at::TensorOptions(device).dtype(at::kDouble));
    all->all_reduce(numbers)->wait();
    const double expected = 0.5 * world.size() * (world.size() + 1);
    const double sum = numbers.sum().item<double>();
    return sum == kNumbers * expected ? "" : fmt::format("{} came out, not {}", sum / kNumbers, expected);
  } catch (const Error& error) {
    return error.what();
  } catch (const c10::Error& error) {
    return error.what_without_backtrace();
  }
}

}  // namespace

LaunchFacts launch_facts() { return launch_facts(process_environment, mpi::MpiSession::library_version()); }

JobFacts gather_facts(const monitor::ControlGroup& world, const Wishes& wishes) {
  JobFacts job;
  job.wishes = wishes;
  for (const auto& text : world.gather(to_text(own_facts(world)))) job.ranks.push_back(rank_facts_of(text));
  if (job.ranks.empty()) return job;
  const double leader_clock = job.ranks.front().clock_ahead_seconds;
  for (auto& rank : job.ranks) rank.clock_ahead_seconds -= leader_clock;
  return job;
}

void try_storage(const monitor::ControlGroup& world, const config::Experiment* experiment,
                 const std::filesystem::path& output, JobFacts& job) {
  RankFacts mine;
  if (experiment != nullptr) mine.data_faults = data_faults(*experiment);
  if (world.node_rank() == 0) mine.leftovers = find_leftovers();
  const auto texts = world.gather(to_text(mine));
  for (std::size_t rank = 0; rank < texts.size(); ++rank) {
    RankFacts told = rank_facts_of(texts[rank]);
    job.ranks[rank].data_faults = std::move(told.data_faults);
    job.ranks[rank].leftovers = std::move(told.leftovers);
  }
  if (world.rank() != 0) return;
  job.output = try_folder_of(output);
  if (experiment != nullptr) job.output->needed_bytes = result_bytes(*experiment);
}

void try_reduction(const monitor::ControlGroup& world, JobFacts& job) {
  const bool use_cuda = world.max(std::int64_t{world.rank() == 0 && wants_gpus(job)}) != 0;
  job.reduction_fault = first_text(world, reduce_once(world, use_cuda));
}

}  // namespace scalemark::doctor
