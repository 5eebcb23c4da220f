#include <c10/core/Device.h>

#include "core/environment.h"
#include "doctor/own_facts.h"
#include "measure/device.h"
#include "measure/gpu_monitor.h"
#include "measure/host_map.h"

namespace scalemark::doctor {
namespace {

GpuFacts look_at(int index) {
  const auto gpu = measure::describe_device(c10::Device(c10::kCUDA, static_cast<c10::DeviceIndex>(index)));
  GpuFacts facts;
  facts.name = gpu.name;
  facts.uuid = gpu.uuid;
  facts.capability = gpu.compute_capability;
  facts.unreachable = measure::gpus_out_of_reach(index);
  if (const auto place = measure::pci_place(gpu.pci_id)) {
    facts.numa_node = place->numa_node;
    facts.near_cores = place->near_cores;
  }
  if (const auto monitor = measure::GpuMonitor::open(gpu.uuid)) {
    facts.busy_fraction = monitor->busy_fraction().value_or(kUnknown);
    facts.used_bytes = monitor->used_bytes().value_or(kUnknown);
    if (const auto slowdown = monitor->slowdown()) {
      facts.slowed_by_power = slowdown->by_power;
      facts.slowed_by_heat = slowdown->by_heat;
    }
  }
  return facts;
}

}  // namespace

void add_gpu_facts(RankFacts& facts) {
  const auto cuda = measure::cuda_support();
  facts.has_cuda_build = cuda.is_built;
  facts.driver_cuda = cuda.driver_version;
  facts.runtime_cuda = cuda.runtime_version;
  facts.libtorch_architectures = cuda.architectures;
  facts.libtorch_version = measure::device_library_versions().at("LibTorch");
  facts.visible_devices = process_environment("CUDA_VISIBLE_DEVICES").value_or("");
  facts.slurm_gpus_on_node = number_in(process_environment, "SLURM_GPUS_ON_NODE").value_or(kUnknown);
  facts.may_share_gpu = process_environment("SCALEMARK_SHARE_GPU") == "1";
  const int visible = measure::cuda_device_count();
  facts.gpu_index = measure::gpu_of_rank(facts.node_rank, visible).value_or(kUnknown);
  for (int index = 0; index < visible; ++index) facts.gpus.push_back(look_at(index));
}

}  // namespace scalemark::doctor
