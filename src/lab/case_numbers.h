#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "analysis/report.h"
#include "report/tables/rows_by_case.h"

namespace scalemark::lab {

/// The measured cases of a report, and what the analysis found of each. Points into the report.
struct CaseNumbers {
  explicit CaseNumbers(const analysis::Report& of);

  const analysis::Report& report;
  std::vector<const analysis::CaseLine*> cases;  ///< without published ones
  report::RowsByCase<analysis::ScalingRow> weak;
  report::RowsByCase<analysis::ScalingRow> strong;
  report::RowsByCase<analysis::ScalingRow> fixed_global_batch;
  report::RowsByCase<analysis::ArmCost> exposed_communication;
  report::RowsByCase<analysis::ArmCost> input;
  report::RowsByCase<analysis::Communication> communication;
  report::RowsByCase<analysis::EnergyUse> energy;
  report::RowsByCase<analysis::LargestBatch> largest_batches;
  report::RowsByCase<analysis::WorkerChoice> workers;
  std::map<std::pair<std::string, std::string>, const analysis::PublishedBeside*> published;  ///< by case and figure
};

}  // namespace scalemark::lab
