#include <cmath>

#include "report/tables/tables.h"
#include "results/roofline.h"

namespace scalemark::report {
namespace {

std::vector<Cell> roofline_cells(const analysis::CaseLine& line) {
  std::vector<Cell> cells = key_cells(line.key);
  const auto& execution = line.execution;
  for (const Cell& cell :
       {Cell{execution.flops_per_image}, Cell{line.achieved_flops_per_second}, Cell{execution.peak_flops_per_second},
        Cell{line.model_flops_utilization}, Cell{execution.bytes_per_image}, Cell{line.achieved_bytes_per_second},
        Cell{execution.peak_bytes_per_second}, Cell{line.roofline_fraction}, Cell{execution.step_launch},
        Cell{execution.image_residence}}) {
    cells.push_back(cell);
  }
  return cells;
}

}  // namespace

Table roofline_table(const std::vector<analysis::CaseLine>& cases) {
  Table table{
      "roofline",
      "Against what the device can do",
      "Operations: of convolutions and linear layers, forward and backward, a multiplication and an addition "
      "counted as two; what is computed twice to save memory counts once. Bytes: the least that training moves, "
      "maps and gradients read and written once by each layer, norms with what follows them; a cache can "
      "spare some. Reached: per device, over the median step. Peaks: a large matrix product in the case's "
      "precision and a copy in the device's memory (read and written), measured by the same ranks at the start "
      "of the job. Share of the roofline: of the speed at which either of the two would be at its peak. Steps: "
      "replayed as graphs, or queued one operation at a time, and why.",
      "No case holds the operations of its network.",
      key_columns(),
      {}};
  table.columns.push_back(number_column("operations per image", "flops_per_image", Unit::kFlops));
  table.columns.push_back(number_column("reached", "achieved_flops_per_second", Unit::kFlopsPerSecond));
  table.columns.push_back(number_column("peak", "peak_flops_per_second", Unit::kFlopsPerSecond));
  table.columns.push_back(number_column("share of peak (MFU)", "model_flops_utilization", Unit::kFraction));
  table.columns.push_back(number_column("bytes per image", "bytes_per_image", Unit::kBytes));
  table.columns.push_back(number_column("reached", "achieved_bytes_per_second", Unit::kBytesPerSecond));
  table.columns.push_back(number_column("copy", "peak_bytes_per_second", Unit::kBytesPerSecond));
  table.columns.push_back(number_column("share of the roofline", "roofline_fraction", Unit::kFraction));
  table.columns.push_back(text_column("steps", "step_launch"));
  table.columns.push_back(text_column("images", "image_residence"));
  for (const auto& line : cases) {
    if (std::isfinite(line.achieved_flops_per_second)) table.rows.push_back(roofline_cells(line));
  }
  return table;
}

}  // namespace scalemark::report
