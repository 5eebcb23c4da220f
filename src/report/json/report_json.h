#pragma once

#include <vector>

#include "analysis/report.h"
#include "report/section.h"
#include "report/tables/csv.h"

namespace scalemark::report {

/// The report as a document of kind "report": every table that has a CSV file, what is noted of the files, and what was
/// not measured.
void write_report_json(const analysis::Report& report, const std::vector<Section>& sections, const TextSink& sink);

}  // namespace scalemark::report
