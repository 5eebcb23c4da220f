#pragma once

#include <c10/core/Device.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace scalemark::measure {

/// What a result says of the device that gave it.
struct DeviceDescription {
  std::string name;    ///< "NVIDIA H100 80GB HBM3", or the processor's model name
  std::string uuid;    ///< empty on a CPU
  std::string pci_id;  ///< empty on a CPU
  std::string clocks;  ///< "SM 1980 MHz, memory 2619 MHz"; empty where not known
  std::int64_t memory_bytes = 0;
  int compute_capability = 0;  ///< 90 for sm_90; 0 on a CPU
  bool has_bfloat16 = true;
  bool has_tf32 = false;
};

/// GPUs that this process can use: 0 in a build without CUDA or without a driver.
int cuda_device_count();

/// The index of the GPU that a node-local rank takes: that of its number; or the only one where it sees only one, as
/// Slurm's
/// --gpus-per-task has it. nullopt: there is none for it. Whether two ranks take the same one is doctor's to find.
std::optional<int> gpu_of_rank(int node_rank, int visible_gpus);

/// The GPU of this node-local rank, made the current one; or the CPU.
/// @throws LaunchError where a GPU is asked for and there is none for this rank.
c10::Device select_device(bool use_cuda, int node_rank);

DeviceDescription describe_device(const c10::Device& device);

/// What decides whether this build can run on this machine's GPUs. Asks no GPU.
struct CudaSupport {
  bool is_built = false;
  int driver_version = 0;     ///< the newest CUDA that the driver knows, 13000 for 13.0; 0: no driver
  int runtime_version = 0;    ///< the CUDA of this build
  std::string architectures;  ///< LibTorch's, as nvcc's flags
};
CudaSupport cuda_support();

/// The visible GPUs whose memory the GPU `index` cannot reach directly.
std::vector<int> gpus_out_of_reach(int index);

/// Memory that the device has free, for whoever asks first.
std::int64_t free_memory_bytes(const c10::Device& device);

/// Waits until the device has done everything that was given to it.
void synchronize(const c10::Device& device);

/// Versions of LibTorch, CUDA, cuDNN and the driver that this process runs with, by name; only those that are there.
std::map<std::string, std::string> device_library_versions();

}  // namespace scalemark::measure
