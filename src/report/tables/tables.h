#pragma once

#include <map>
#include <string>
#include <vector>

#include "report/report.h"
#include "report/tables/table.h"

namespace scalemark::report {

/// Every table of a report, in the order of the page.
std::vector<Table> tables_of(const Report& report);

/// The result file's own tables: every column of the catalogue, and what the report says of a case beside them.
Table case_table(const Report& report);
Table rank_table(const Report& report);

/// The cases with speed-up and efficiency, for a terminal; its explanation says which scaling is shown.
Table main_table_of(const Report& report);

/// The scaling that the main table shows: of the fixed data set, or of the fixed global batch where only that was
/// measured.
ScalingKind main_scaling(const Report& report);
const std::vector<ScalingRow>& scaling_of(const Report& report, ScalingKind kind);

/// By case: "warm-up, few repetitions".
std::map<std::string, std::string> flag_kinds(const Report& report);

/// The waterfalls of one kind of scaling, a row per case; their shares and seconds are in the CSV file only.
Table lost_speedup_table(ScalingKind kind, const std::vector<LostSpeedup>& all);
Table advice_table(const std::vector<Advice>& advice);

Table rank_finding_table(const std::vector<RankFinding>& findings);
Table rank_time_table(const std::vector<RankSamples>& ranks);
Table loss_table(const std::vector<TrainingCurve>& curves);

/// One of three scaling tables: what is held fixed, how speed-up and efficiency are defined, one row per case.
Table scaling_table(ScalingKind kind, const std::vector<ScalingRow>& rows);

/// What the steps of each measured case amount to over an epoch, and over 100.
Table epoch_table(const std::vector<CaseLine>& cases);

/// What the steps of each measured case reach of the device's peak, and how they were run.
Table roofline_table(const std::vector<CaseLine>& cases);

/// Published figures beside measured ones, a row per figure.
Table published_table(const std::vector<PublishedBeside>& pairs);

/// Phase shares, exposed communication, communication alone, input cost.
std::vector<Table> breakdown_tables(const Report& report);

/// A number of images; empty for 0, since some publications give no batch size.
Cell batch_cell(std::int64_t batch);

/// Columns `case`, `ranks`, `batch per rank`, `global batch`, and their cells: what most tables begin with.
std::vector<Column> key_columns();
std::vector<Cell> key_cells(const CaseKey& key);

}  // namespace scalemark::report
