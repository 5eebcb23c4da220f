#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/advice/advice.h"
#include "analysis/breakdown.h"
#include "analysis/case_set.h"
#include "analysis/collectives/collective_lines.h"
#include "analysis/energy.h"
#include "analysis/fastest_case.h"
#include "analysis/largest_batch.h"
#include "analysis/lost_speedup.h"
#include "analysis/one_change.h"
#include "analysis/published_beside.h"
#include "analysis/ranks/rank_findings.h"
#include "analysis/ranks/rank_samples.h"
#include "analysis/scaling.h"
#include "analysis/stability.h"
#include "analysis/startup/startup.h"
#include "analysis/step_spread.h"
#include "analysis/swept_series.h"
#include "analysis/training/time_to_accuracy.h"
#include "analysis/training/training_speedup.h"
#include "analysis/tuning/best_setting.h"
#include "analysis/worker_choice.h"
#include "results/records.h"

namespace scalemark::analysis {

/// A case as it stands in the tables.
struct CaseLine {
  CaseKey key;
  std::size_t file_index = 0;
  results::CaseRow row;  ///< throughput and times computed anew from the samples
  std::vector<results::RankRow> ranks;
  std::int64_t images = 0;
  std::size_t repetitions = 0;
  std::int64_t planned_repetitions = 0;
  double first_loss = results::kNotMeasured;
  results::Execution execution{};
  double achieved_flops_per_second = results::kNotMeasured;  ///< of a device
  double model_flops_utilization = results::kNotMeasured;    ///< fraction of the peak
  double achieved_bytes_per_second = results::kNotMeasured;  ///< of a device
  double roofline_fraction = results::kNotMeasured;
  double later_epochs_mean_seconds = results::kNotMeasured;  ///< of the measured epochs but the first
  std::int64_t images_per_epoch = 0;         ///< that a measured epoch trained on; 0 where none was measured
  bool has_target = false;                   ///< trained to a test accuracy, in place of steps
  bool published = false;                    ///< entered by `scalemark import`, not measured
  std::vector<double> repetition_seconds{};  ///< [repetition] mean step of the full arm
  Traits traits{};                           ///< what tells it apart from the other cases
  std::string hosts{};                       ///< of its ranks: "node1, node2"; empty where none is recorded
  std::string environment{};                 ///< what it says to NCCL and OpenMP: "NCCL_ALGO=Ring OMP_NUM_THREADS=4"
};

/// Seconds of a step: the time that passed, over the repetitions.
Interval mean_step(const CaseLine& line);

/// Images per second that follow from it.
Interval throughput(const CaseLine& line);

/// How a case learns, of the full arm's first repetition.
struct TrainingCurve {
  CaseKey key;
  std::vector<double> loss;                     ///< [step]
  std::vector<std::array<double, 2>> accuracy;  ///< [epoch] {train, test}; NaN where it was not evaluated
};

/// What joins the ranks' devices, as `scalemark comm` recorded it.
struct LinkFigure {
  std::string links;                             ///< "4 NVLinks of a Tesla V100-SXM2-16GB"; or empty
  double bus_bandwidth = results::kNotMeasured;  ///< bytes per second, that an all-reduce can reach over them
};

/// Everything that a report shows, as numbers: tables, charts and pages compute nothing.
struct Report {
  std::vector<std::string> notes;  ///< about the files: duplicates, conflicts, published figures, different commits
  std::vector<CaseLine> cases;
  std::vector<AxisSeries> batch_series;  ///< of `cases`
  std::vector<KeySweep> key_sweeps;      ///< of `cases`
  LinkFigure link;
  std::optional<FastestCase> fastest;
  std::vector<PublishedBeside> published;
  std::vector<ScalingRow> fixed_data_set;
  std::vector<ScalingRow> fixed_global_batch;
  std::vector<ScalingRow> fixed_work;
  std::vector<StepSpread> step_spreads;
  std::vector<PhaseBreakdown> phases;
  std::vector<ArmCost> exposed_communication;
  std::vector<ArmCost> input;
  std::vector<LostSpeedup> lost_fixed_work;
  std::vector<LostSpeedup> lost_fixed_global_batch;
  std::vector<Advice> advice;
  std::vector<Communication> communication;
  std::vector<CollectiveLine> collectives;  ///< by themselves, of `scalemark comm`
  std::vector<MemoryUse> memory;
  std::vector<EnergyUse> energy;
  std::vector<LargestBatch> largest_batches;
  std::vector<OneChange> one_changes;
  std::vector<BestSetting> best_settings;
  std::vector<WorkerChoice> worker_choices;
  std::vector<TrainingCurve> curves;
  std::vector<TimeToAccuracy> times_to_accuracy;
  std::vector<AxisSeries> epochs_by_batch;  ///< of `times_to_accuracy`
  std::vector<TrainingSpeedup> training_speedups;
  std::vector<RankSamples> samples;
  std::vector<RankFinding> rank_findings;
  std::vector<ValidityFlag> flags;
  std::vector<StartupLine> startup;
  std::vector<results::ResultFile> files;  ///< without their cases: for provenance
};

/// Analyses the cases of one or more files (one job per GPU count, for instance) together.
Report build_report(const std::vector<results::ResultFile>& files);

}  // namespace scalemark::analysis
