#pragma once

#include <map>
#include <string>
#include <vector>

#include "analysis/report.h"
#include "report/tables/table.h"

namespace scalemark::report {

/// Every table of a report, in the order of the page.
std::vector<Table> tables_of(const analysis::Report& report);

/// The result file's own tables: every column of the catalogue, and what the report says of a case beside them.
Table case_table(const analysis::Report& report);
Table rank_table(const analysis::Report& report);

/// The cases with speed-up and efficiency, for a terminal; its explanation says which scaling is shown.
Table main_table_of(const analysis::Report& report);

/// The scaling that the main table shows: of the fixed data set, or of the fixed global batch where only that was
/// measured.
analysis::ScalingKind main_scaling(const analysis::Report& report);
const std::vector<analysis::ScalingRow>& scaling_of(const analysis::Report& report, analysis::ScalingKind kind);

/// By case: "warm-up, few repetitions".
std::map<std::string, std::string> flag_kinds(const analysis::Report& report);

/// The waterfalls of one kind of scaling, a row per case; their shares and seconds are in the CSV file only.
Table lost_speedup_table(analysis::ScalingKind kind, const std::vector<analysis::LostSpeedup>& all);
Table advice_table(const std::vector<analysis::Advice>& advice);

Table rank_finding_table(const std::vector<analysis::RankFinding>& findings);
Table rank_time_table(const std::vector<analysis::RankSamples>& ranks);
Table loss_table(const std::vector<analysis::TrainingCurve>& curves);

/// One of three scaling tables: what is held fixed, how speed-up and efficiency are defined, one row per case.
Table scaling_table(analysis::ScalingKind kind, const std::vector<analysis::ScalingRow>& rows);

/// What the steps of each measured case amount to over an epoch, and over 100.
Table epoch_table(const std::vector<analysis::CaseLine>& cases);

/// What the steps of each measured case reach of the device's peak, and how they were run.
Table roofline_table(const std::vector<analysis::CaseLine>& cases);

/// Published figures beside measured ones, a row per figure.
Table published_table(const std::vector<analysis::PublishedBeside>& pairs);

/// What the GPUs of each case used.
Table energy_table(const std::vector<analysis::EnergyUse>& uses);

/// What the searches for the largest batch ended with.
Table largest_batch_table(const std::vector<analysis::LargestBatch>& found);

/// What one changed key does, a row per pair of cases.
Table one_change_table(const std::vector<analysis::OneChange>& changes);

/// How many workers of the loader are enough.
Table worker_table(const std::vector<analysis::WorkerChoice>& choices);

/// Phase shares, exposed communication, communication alone, input cost.
std::vector<Table> breakdown_tables(const analysis::Report& report);

/// A number of images; empty for 0, since some publications give no batch size.
Cell batch_cell(std::int64_t batch);

/// Columns `case`, `ranks`, `batch per rank`, `global batch`, and their cells: what most tables begin with.
std::vector<Column> key_columns();
std::vector<Cell> key_cells(const analysis::CaseKey& key);

}  // namespace scalemark::report
