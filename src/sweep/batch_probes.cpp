#include "sweep/batch_probes.h"

#include <fmt/format.h>

#include <algorithm>

#include "results/schema.h"
#include "sweep/resume_plan.h"

namespace scalemark::sweep {
namespace {

using results::CaseRecord;
using results::CaseStatus;

bool belongs_to(const CaseRecord& record, const std::string& case_id) {
  const results::ParameterValue wanted = case_id;
  return std::any_of(record.parameters.begin(), record.parameters.end(), [&](const auto& parameter) {
    return parameter.first == results::schema::kProbeOf && parameter.second == wanted;
  });
}

}  // namespace

config::CaseConfig probe_of(const config::CaseConfig& config, std::int64_t batch_per_gpu) {
  config::CaseConfig probe = config;
  probe.id = fmt::format("{},probe={}", config.id, batch_per_gpu);
  probe.batch_per_gpu = batch_per_gpu;
  // The second step is the first to meet the optimizer's state beside the activations.
  probe.measure = {.warmup_steps = 1, .steps = 2, .repetitions = 1, .epochs = 0, .arms = {Arm::kFull}};
  return probe;
}

std::vector<TriedBatch> tried_batches(const std::vector<CaseRecord>& records, const std::string& case_id) {
  std::vector<TriedBatch> tried;
  for (const CaseRecord& record : records) {
    const auto status = record.row.status;
    if (!belongs_to(record, case_id) || in_flight(record)) continue;
    // A loss that is not finite says nothing about memory.
    tried.push_back(
        {record.row.global_batch / record.row.devices, status == CaseStatus::kOk || status == CaseStatus::kInvalid});
  }
  return tried;
}

}  // namespace scalemark::sweep
