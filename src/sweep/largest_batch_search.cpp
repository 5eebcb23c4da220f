#include "sweep/largest_batch_search.h"

#include <algorithm>
#include <cstdint>

#include "results/schema.h"
#include "sweep/batch_probes.h"
#include "sweep/batch_search.h"
#include "sweep/case_obstacle.h"
#include "sweep/resume_plan.h"
#include "train/replica.h"

namespace scalemark::sweep {
namespace {

using config::CaseConfig;

// No number that is broadcast here is negative.
std::int64_t from_rank_0(const SweepJob& job, const std::function<std::int64_t()>& number) {
  return job.world.max(job.leads() ? number() : std::int64_t{0});
}

std::vector<TriedBatch> tried(const CaseConfig& config, const SweepJob& job) {
  return tried_batches(job.book->records(), config.id);
}

// On rank 0: the probe's record will say what it is a probe of. True where earlier jobs died of it too often.
bool open_probe(const CaseConfig& probe, const CaseConfig& config, SweepJob& job) {
  job.book->add_parameter(probe.id, results::schema::kProbeOf, config.id);
  const auto standing =
      standing_of(probe, job.book->find(probe.id), [&](const CaseConfig& one) { return obstacle_to(one, job); });
  if (standing.verdict) job.book->settle(probe, *standing.verdict);
  return standing.repetitions_done > 0;
}

// On rank 0: why the search found nothing. A first batch that failed for another reason than memory says it.
Verdict empty_handed(const CaseConfig& config, const SweepJob& job) {
  using results::CaseStatus;
  const auto tried = tried_batches(job.book->records(), config.id);
  if (tried.empty()) return {CaseStatus::kFailed, train::norm_obstacle(config)};
  const auto smallest = std::ranges::min_element(tried, {}, &TriedBatch::batch);
  const results::CaseRecord* probe = job.book->find(probe_of(config, smallest->batch).id);
  if (probe->row.status == CaseStatus::kFailed) return {CaseStatus::kFailed, probe->row.reason};
  return {CaseStatus::kOom, "not even the first batch of the search fits"};
}

// On rank 0.
void record_largest(const CaseConfig& config, std::int64_t step, std::int64_t largest, SweepJob& job) {
  if (largest > 0) {
    job.book->add_parameter(config.id, results::schema::kBatchStep, step);
  } else {
    job.book->settle(config, empty_handed(config, job));
  }
}

}  // namespace

bool find_largest_batch(CaseConfig& config, SweepJob& job, VisitRunner& runner, const StopAgreed& stop_agreed,
                        Progress& progress) {
  if (from_rank_0(job, [&] { return obstacle_to(config, job).has_value(); }) != 0) return true;
  const std::int64_t images = job.datasets.get(config, data::Split::kTrain)->size();
  // Batch norm may need more than the first batch, which then says nothing about memory.
  const bool first_is_too_small = job.leads() && !train::norm_obstacle(config).empty();
  const BatchRange range{config.batch_per_gpu, images / config.gpus, first_is_too_small ? 2 : 1};
  while (const auto batch = from_rank_0(job, [&] { return next_batch(range, tried(config, job)).value_or(0); })) {
    const CaseConfig probe = probe_of(config, batch);
    if (stop_agreed(probe)) return false;
    const bool is_settled = from_rank_0(job, [&] { return open_probe(probe, config, job); }) != 0;
    if (!is_settled) runner.perform(probe, 0, progress);
  }
  const std::int64_t largest = from_rank_0(job, [&] { return largest_fitting(tried(config, job)); });
  if (job.leads()) record_largest(config, range.step, largest, job);
  if (largest > 0) config.batch_per_gpu = largest;
  return true;
}

}  // namespace scalemark::sweep
