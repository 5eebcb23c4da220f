#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/units.h"
#include "doctor/architectures.h"
#include "doctor/checks.h"

namespace scalemark::doctor {
namespace {

constexpr const char* kAllVisible = "--gres=gpu:N --ntasks-per-node=N --gpu-bind=none in place of --gpus-per-task";

using Ranks = std::vector<const RankFacts*>;

// The GPU that a rank takes.
const GpuFacts* gpu_of(const RankFacts& rank) {
  return rank.gpu_index == kUnknown ? nullptr : &rank.gpus[static_cast<std::size_t>(rank.gpu_index)];
}

// How many different GPUs the ranks of a host see together.
std::size_t gpus_seen(const Ranks& ranks) {
  std::set<std::string> uuids;
  for (const auto* rank : ranks) {
    for (const auto& gpu : rank->gpus) uuids.insert(gpu.uuid);
  }
  return uuids.size();
}

bool all_have_a_gpu(const Ranks& ranks) {
  return std::all_of(ranks.begin(), ranks.end(), [](const auto* rank) { return gpu_of(*rank) != nullptr; });
}

// Several ranks on one GPU.
Finding shared(const Ranks& ranks, const std::string& what, const std::string& mend) {
  if (ranks.front()->may_share_gpu)
    return warning(what + ", as SCALEMARK_SHARE_GPU permits", "results are right, times mean nothing");
  return launch_fault(what, mend);
}

bool sees_one_of_several(const RankFacts& rank) { return visible_gpus(rank) == 1 && rank.slurm_gpus_on_node > 1; }

std::string cuda_text(int version) { return fmt::format("{}.{}", version / 1000, version % 1000 / 10); }

std::string why_no_gpu(const RankFacts& rank) {
  if (!rank.has_cuda_build) return "this build has no CUDA";
  if (rank.driver_cuda == 0) return "there is no NVIDIA driver";
  return "the driver shows none";
}

std::string mend_no_gpu(const RankFacts& rank) {
  if (!rank.has_cuda_build) return "build with SCALEMARK_CUDA=ON, or measure the CPU with --set device=cpu";
  if (rank.driver_cuda == 0) return "ask for GPUs (--gres=gpu:N); in a container: singularity exec --nv";
  return "ask for GPUs (--gres=gpu:N), and look at CUDA_VISIBLE_DEVICES";
}

std::string mend_architecture(const GpuFacts& gpu) {
  constexpr int kTuring = 75;
  if (gpu.capability < kTuring)
    return "use the CUDA 12.6 build (LibTorch 2.7.1, singularity/scalemark-cuda12.6.def), the last one that supports "
           "it";
  return "build anew with a LibTorch that supports it (singularity/scalemark-cuda13.0.def), which SCALEMARK_TORCH "
         "names";
}

}  // namespace

Findings check_gpu_count(const JobFacts& job) {
  if (!wants_gpus(job)) return {};
  Findings findings;
  for (const auto& [host, ranks] : by_host(job)) {
    const RankFacts& first = *ranks.front();
    if (first.gpus.empty()) {
      findings.push_back(launch_fault(
          fmt::format("{} on {} see(s) no GPU: {}", ranks_text(ranks), host, why_no_gpu(first)), mend_no_gpu(first)));
    } else if (gpus_seen(ranks) < ranks.size()) {
      findings.push_back(
          shared(ranks, fmt::format("{} ranks on {}, and {} GPU(s) visible", ranks.size(), host, gpus_seen(ranks)),
                 "as many ranks per node as GPUs: --ntasks-per-node=N --gres=gpu:N"));
    } else if (!all_have_a_gpu(ranks)) {
      findings.push_back(
          launch_fault(fmt::format("some of the {} ranks on {} see several GPUs, but none whose number is their rank "
                                   "on the node",
                                   ranks.size(), host),
                       kAllVisible));
    }
  }
  return findings;
}

Findings check_hidden_gpus(const JobFacts& job) {
  if (!wants_gpus(job)) return {};
  Findings findings;
  for (const auto& [host, ranks] : by_host(job)) {
    if (ranks.size() < 2 ||
        !std::all_of(ranks.begin(), ranks.end(), [](auto* rank) { return sees_one_of_several(*rank); }))
      continue;
    const std::string what = fmt::format("each of the {} ranks on {} sees one of the job's {} GPUs", ranks.size(), host,
                                         ranks.front()->slurm_gpus_on_node);
    if (ranks.front()->gpus.empty()) {
      findings.push_back(launch_fault(what + ", and no driver says which one", kAllVisible));
    } else if (gpus_seen(ranks) == ranks.size()) {
      findings.push_back(
          warning(what + ": NCCL can reach the others, but if Slurm hides their device files too, it may find no "
                         "direct path and go through the host's memory; data_parallel has one GPU",
                  kAllVisible));
    }
  }
  return findings;
}

Findings check_shared_gpus(const JobFacts& job) {
  std::map<std::string, Ranks> by_uuid;
  for (const auto& [host, ranks] : by_host(job)) {
    if (gpus_seen(ranks) < ranks.size()) continue;  // said by check_gpu_count
    for (const auto* rank : ranks) {
      if (const GpuFacts* gpu = gpu_of(*rank); gpu != nullptr && !gpu->uuid.empty()) by_uuid[gpu->uuid].push_back(rank);
    }
  }
  Findings findings;
  for (const auto& [uuid, ranks] : by_uuid) {
    if (ranks.size() < 2) continue;
    findings.push_back(
        shared(ranks, fmt::format("{} would all use {}", ranks_text(ranks), uuid),
               fmt::format("{}; where each rank has a container of its own, MPI must see that they share a node",
                           kAllVisible)));
  }
  return findings;
}

Findings check_driver(const JobFacts& job) {
  Findings findings;
  for (const auto& [host, ranks] : by_host(job)) {
    const RankFacts& rank = *ranks.front();
    if (rank.driver_cuda == 0 || rank.driver_cuda >= rank.runtime_cuda) continue;
    const std::string what = fmt::format("the driver of {} supports CUDA {}, and this build needs {}", host,
                                         cuda_text(rank.driver_cuda), cuda_text(rank.runtime_cuda));
    // Within a major version an older driver runs newer programs, but does not compile intermediate code for them.
    if (rank.driver_cuda / 1000 == rank.runtime_cuda / 1000) {
      findings.push_back(warning(what, "it runs if the build holds code for this GPU; else ask for a newer driver"));
    } else {
      findings.push_back(launch_fault(what,
                                      "use the build for an older CUDA (singularity/scalemark-cuda12.6.def), or ask "
                                      "for a newer driver"));
    }
  }
  return findings;
}

Findings check_architecture(const JobFacts& job) {
  Findings findings;
  std::set<std::string> said;
  for (const auto& rank : job.ranks) {
    const GpuFacts* gpu = gpu_of(rank);
    if (gpu == nullptr || rank.libtorch_architectures.empty() || runs_on(rank.libtorch_architectures, gpu->capability))
      continue;
    if (!said.insert(gpu->name).second) continue;
    findings.push_back(
        launch_fault(fmt::format("LibTorch {} holds no code for {} (sm_{}) of rank {} on {}", rank.libtorch_version,
                                 gpu->name, gpu->capability, rank.rank, rank.host),
                     mend_architecture(*gpu)));
  }
  return findings;
}

Findings check_same_devices(const JobFacts& job) {
  std::map<std::string, std::vector<const RankFacts*>> by_model;
  std::map<std::string, std::vector<const RankFacts*>> by_version;
  for (const auto& rank : job.ranks) {
    if (const GpuFacts* gpu = gpu_of(rank)) by_model[gpu->name].push_back(&rank);
    by_version[rank.libtorch_version].push_back(&rank);
  }
  const auto listed = [](const auto& groups) {
    std::string text;
    for (const auto& [name, ranks] : groups)
      text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", name, ranks_text(ranks));
    return text;
  };
  Findings findings;
  if (by_model.size() > 1) {
    findings.push_back(
        warning(fmt::format("several models of GPU in one job ({}): the slowest sets the pace", listed(by_model)),
                "name the model: --gres=gpu:MODEL:N, or --constraint"));
  }
  if (by_version.size() > 1) {
    findings.push_back(launch_fault(fmt::format("several versions of LibTorch in one job ({})", listed(by_version)),
                                    "start the same installation on every node"));
  }
  return findings;
}

Findings check_gpu_state(const JobFacts& job) {
  constexpr double kBusy = 0.1;
  constexpr std::int64_t kUsed = 2 * kGibibyte;  // a context and a display take less
  Findings findings;
  for (const auto& rank : job.ranks) {
    const GpuFacts* gpu = gpu_of(rank);
    if (gpu == nullptr) continue;
    const std::string place = fmt::format("rank {}'s GPU on {}", rank.rank, rank.host);
    if (gpu->busy_fraction > kBusy || gpu->used_bytes > kUsed) {
      const std::string used =
          gpu->used_bytes >= 0 ? format_bytes(static_cast<double>(gpu->used_bytes)) : "unknown memory";
      findings.push_back(warning(fmt::format("{} is in use by others: {:.0f} % busy, {} taken", place,
                                             100 * std::max(0.0, gpu->busy_fraction), used),
                                 "wait, or ask for whole GPUs (--exclusive); timings beside other work mean little"));
    }
    if (gpu->slowed_by_heat || gpu->slowed_by_power) {
      findings.push_back(warning(fmt::format("the clocks of {} are lowered by {}", place,
                                             gpu->slowed_by_heat ? "heat" : "the power cap or the power brake"),
                                 "tell the administrators, or exclude the node (--exclude)"));
    }
  }
  return findings;
}

Findings check_direct_access(const JobFacts& job) {
  Findings findings;
  for (const auto& [host, ranks] : by_host(job)) {
    const GpuFacts* gpu = gpu_of(*ranks.front());
    if (gpu == nullptr || ranks.size() < 2 || gpu->unreachable.empty()) continue;
    findings.push_back(
        warning(fmt::format("{} of {}'s GPUs cannot be reached directly from the first: NCCL goes through "
                            "the host's memory",
                            gpu->unreachable.size(), host),
                "expected on some boards without NVLink; otherwise check virtualisation, ACS and cgroups"));
  }
  return findings;
}

}  // namespace scalemark::doctor
