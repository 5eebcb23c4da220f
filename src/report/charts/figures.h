#pragma once

#include <string>
#include <vector>

#include "analysis/report.h"

namespace scalemark::report {

struct LegendEntry {
  std::string name;
  std::string classes;
  bool is_line = true;  ///< else a filled square
};

/// A drawing and what stands around it. The numbers that it draws are in the table beside it.
struct Figure {
  std::string caption;
  std::string svg;
  std::vector<LegendEntry> legend;
};

/// Speed-up against ranks on logarithmic axes with the ideal (strong scaling), or efficiency against ranks (weak).
std::vector<Figure> scaling_figures(analysis::ScalingKind kind, const std::vector<analysis::ScalingRow>& rows);

/// Throughput and step time against the batch per rank, one line per number of ranks.
std::vector<Figure> batch_figures(const analysis::Report& report);

/// Peak memory against the batch per rank.
std::vector<Figure> memory_figures(const analysis::Report& report);

/// Shares of the phases, one figure per number of ranks.
std::vector<Figure> phase_figures(const std::vector<analysis::PhaseBreakdown>& phases);

/// One waterfall per case, those of the most ranks first.
std::vector<Figure> waterfall_figures(const std::vector<analysis::LostSpeedup>& all);

/// Loss against the step, and accuracy against the epoch where it was evaluated; one figure per number of ranks.
std::vector<Figure> training_figures(const std::vector<analysis::TrainingCurve>& curves);

/// Raw samples, one figure per case, those of the most ranks first.
std::vector<Figure> sample_figures(const std::vector<analysis::RankSamples>& samples);

}  // namespace scalemark::report
