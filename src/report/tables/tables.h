#pragma once

#include <map>
#include <string>
#include <vector>

#include "analysis/report.h"
#include "report/section.h"

namespace scalemark::report {

/// The cases with speed-up and efficiency; its explanation says which scaling is shown.
Section main_section(const analysis::Report& report);

/// The scaling that the main table shows: of the fixed data set, or of the fixed global batch where only that was
/// measured.
analysis::ScalingKind main_scaling(const analysis::Report& report);
const std::vector<analysis::ScalingRow>& scaling_of(const analysis::Report& report, analysis::ScalingKind kind);

/// Why an efficiency is withheld or weak; empty where nothing is to be said.
std::string remark_of(const analysis::ScalingRow& row);

/// Of which epochs the speed-ups of a fixed data set are: "measured", "estimated", "measured and estimated"; empty
/// where there is none.
std::string epochs_behind(const std::vector<analysis::ScalingRow>& rows);

/// By case: "warm-up, independence assumed".
std::map<std::string, std::string> flag_kinds(const analysis::Report& report);

// The sections without their figures, in the order of the page.

Section case_section(const analysis::Report& report);

/// Published figures beside measured ones, a row per figure.
Section published_section(const std::vector<analysis::PublishedBeside>& pairs);

/// One of three kinds of scaling: what is held fixed, how speed-up and efficiency are defined, one row per case.
Section scaling_section(analysis::ScalingKind kind, const std::vector<analysis::ScalingRow>& rows);

/// The waterfalls of one kind of scaling, a row per case; their shares and seconds are in the CSV file only.
Section lost_speedup_section(analysis::ScalingKind kind, const std::vector<analysis::LostSpeedup>& all);

/// "needs about 18 repetitions"; 0: not known how many.
std::string needed_text(std::size_t repetitions);

Section advice_section(const std::vector<analysis::Advice>& advice);

/// What one changed key does, a row per pair of cases.
Section one_change_section(const std::vector<analysis::OneChange>& changes);

/// The best value of each key that changes the speed, and whether it gains anything that matters.
Section best_setting_section(const std::vector<analysis::BestSetting>& settings);

/// "faster", "no difference that matters", "cannot be told apart: about 12 repetitions more would tell".
std::string verdict_text(const analysis::BestSetting& one);

/// How many workers of the loader are enough.
Section worker_section(const std::vector<analysis::WorkerChoice>& choices);

/// Percentiles and scatter of the steps, and what stalls take.
Section step_spread_section(const std::vector<analysis::StepSpread>& spreads);

Section phase_section(const std::vector<analysis::PhaseBreakdown>& phases);
Section exposed_communication_section(const std::vector<analysis::ArmCost>& costs);
Section communication_section(const std::vector<analysis::Communication>& communication);

/// What `scalemark comm` measured, a row per operation, size and number of buffers.
Section collectives_section(const std::vector<analysis::CollectiveLine>& lines);

Section input_cost_section(const std::vector<analysis::ArmCost>& costs);

/// What the steps of each measured case amount to over an epoch, and over 100.
Section epoch_section(const std::vector<analysis::CaseLine>& cases);

/// What the steps of each measured case reach of the device's peak, and how they were run.
Section roofline_section(const std::vector<analysis::CaseLine>& cases);

Section memory_section(const std::vector<analysis::MemoryUse>& memory);

/// What the GPUs of each case used.
Section energy_section(const std::vector<analysis::EnergyUse>& uses);

/// What the searches for the largest batch ended with.
Section largest_batch_section(const std::vector<analysis::LargestBatch>& found);

/// Batch per rank by ranks, of the sweep with the most cases; no matrix where nothing ran on two numbers of ranks.
Section matrix_section(const analysis::Report& report);

Section rank_section(const std::vector<analysis::CaseLine>& cases);
Section rank_time_section(const std::vector<analysis::RankSamples>& ranks);
Section rank_finding_section(const std::vector<analysis::RankFinding>& findings);
/// What each training to a test accuracy took.
Section time_to_accuracy_section(const std::vector<analysis::TimeToAccuracy>& times);

/// How much of a throughput speed-up is a training speed-up.
Section training_speedup_section(const std::vector<analysis::TrainingSpeedup>& rows);

Section training_section(const std::vector<analysis::CaseLine>& cases);
Section loss_section(const std::vector<analysis::TrainingCurve>& curves);
Section validity_section(const std::vector<analysis::ValidityFlag>& flags);
Section startup_section(const std::vector<analysis::StartupLine>& lines);
Section provenance_section(const std::vector<results::ResultFile>& files);

}  // namespace scalemark::report
