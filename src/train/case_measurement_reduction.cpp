// What the ranks of a case promise each other, and reductions alone.

#include <cstddef>
#include <string>
#include <vector>

#include "comm/nccl_choice.h"
#include "measure/device.h"
#include "measure/timeline.h"
#include "train/case_measurement.h"
#include "train/device_backend.h"
#include "train/graph_obstacle.h"

namespace scalemark::train {

// Where nothing is reduced, ranks wait for each other in batch norm alone, if it spans them.
void CaseMeasurement::promise(std::int64_t steps, Reduction reduction) {
  promised_ = {reduction != Reduction::kNone || trainer_->spans_ranks() ? steps : 0, reduction};
}

// What the log of an untimed reduction of every bucket says. On rank 0; empty elsewhere.
std::string CaseMeasurement::ask_nccl() {
  if (trainer_->reducer() == nullptr || !context_.device.is_cuda()) return {};
  std::string choices;
  context_.observer.begin_arm("asking NCCL");
  on_every_rank([&] {
    choices = comm::to_text(comm::nccl_choices(context_.communicator, [&] {
      for (std::size_t bucket = 0; bucket < trainer_->reducer()->bucket_count(); ++bucket)
        trainer_->reducer()->reduce_bucket(bucket);
      measure::synchronize(context_.device);
    }));
  });
  return choices;
}

BucketGraphs CaseMeasurement::record_buckets() {
  const bool wanted = config_.train.cuda_graph != config::Switch::kOff;
  return {*trainer_->reducer(), context_.control, wanted ? make_graph_recorder(context_.device) : nullptr,
          wanted ? kNoGraphsOnCpu : "train.cuda_graph is false"};
}

void CaseMeasurement::run_comm_only(RepetitionSamples& samples) {
  const std::size_t buckets = trainer_->reducer()->bucket_count();
  BucketGraphs graphs = record_buckets();
  samples.comm_launch = graphs.launch();
  // Where a rank could not record, it has started fewer reductions: all count from here.
  context_.observer.begin_arm(std::string(steps_of(Arm::kCommOnly).name));
  const auto timeline = measure::make_timeline(context_.device);
  for (int step = -config_.measure.warmup_steps; step < config_.measure.steps; ++step) {
    if (step == 0) timeline->mark();
    context_.observer.begin_step();
    for (std::size_t bucket = 0; bucket < buckets; ++bucket) {
      graphs.reduce(bucket);
      if (step >= 0) timeline->mark();
    }
  }
  const std::vector<double> seconds = measure::intervals(timeline->seconds());
  samples.bucket_seconds.assign(buckets, {});
  auto& step_seconds = samples.step_seconds["comm_only"];
  for (std::size_t i = 0; i < seconds.size(); ++i) {
    samples.bucket_seconds[i % buckets].push_back(seconds[i]);
    if (i % buckets == 0) step_seconds.push_back(0);
    step_seconds.back() += seconds[i];
  }
}

}  // namespace scalemark::train
