#pragma once

#include <memory>
#include <optional>
#include <string>

#include "config/experiment.h"
#include "data/dataset.h"
#include "data/loader/batch_stream.h"
#include "data/sharded_sampler.h"

namespace scalemark::train {

/// Of the device's free memory, what a data set that is kept there unasked may take.
inline constexpr double kResidentShare = 0.25;

/// Where a case's training batches come from on this rank.
struct TrainingInput {
  std::unique_ptr<data::BatchStream> batches;
  std::string not_resident;         ///< why the images do not lie in the device's memory; empty where they do
  std::int64_t resident_bytes = 0;  ///< of the device's memory, that they take
};

/// The loader's threads per rank: what the config says, or what this rank's cores serve.
int loader_workers(const config::LoaderConfig& loader);

data::LoaderOptions loader_options(const config::CaseConfig& config, const at::Device& device);

/// Why the case cannot keep this data set on this device, whatever its size; empty where it can.
std::string resident_obstacle(const config::CaseConfig& config, const data::Dataset& dataset, const at::Device& device);

/// What the config asks for by `true` and this device or data set cannot give: the reason to skip the case.
std::optional<std::string> unmet_demand(const config::CaseConfig& config, const data::Dataset& dataset,
                                        const at::Device& device);

/// Why the case's images do not go to the device's memory; empty where they do. The same on every rank of a case, whose
/// ranks would else train at two speeds.
/// @param least_free_bytes  the least that a rank's device has free
std::string why_not_resident(const config::CaseConfig& config, const data::Dataset& dataset, const at::Device& device,
                             std::int64_t least_free_bytes);

/// @param sampler  of this rank. @param least_free_bytes  as above; empty: this rank's are asked for
/// @throws InputError, c10::OutOfMemoryError
TrainingInput open_training_input(const config::CaseConfig& config, const std::shared_ptr<const data::Dataset>& dataset,
                                  const data::ShardedSampler& sampler, const at::Device& device,
                                  std::optional<std::int64_t> least_free_bytes);

}  // namespace scalemark::train
