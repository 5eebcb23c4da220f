#pragma once

#include <array>
#include <string>
#include <vector>

#include "analysis/report.h"
#include "report/section.h"

namespace scalemark::report {

using analysis::Report;

/// Throughput and step time against the batch per rank, one line per number of ranks.
std::vector<Figure> batch_figures(const Report& report);

/// Throughput against any other key that was swept over numbers, a panel per batch.
std::vector<Figure> key_sweep_figures(const Report& report);

/// What single changes do to throughput and memory, as bars of ratios; sweeps over numbers have figures of their own.
std::vector<Figure> change_figures(const Report& report);

/// Speed-up against ranks on logarithmic axes with the ideal (strong scaling), or efficiency against ranks (weak).
std::vector<Figure> fixed_data_set_figures(const Report& report);
std::vector<Figure> fixed_global_batch_figures(const Report& report);
std::vector<Figure> weak_scaling_figures(const Report& report);

/// Efficiency against ranks: on the logarithmic axis of the speed-up a loss of a tenth hardly shows.
std::vector<Figure> fixed_global_batch_efficiency_figures(const Report& report);

/// Of one case; empty where there is nothing to draw.
std::vector<Figure> waterfall_figure(const analysis::LostSpeedup& lost, const std::string& title);

/// One waterfall per case, those of the most ranks first.
std::vector<Figure> lost_fixed_work_figures(const Report& report);
std::vector<Figure> lost_fixed_global_batch_figures(const Report& report);

/// Shares of the phases, one figure per number of ranks.
std::vector<Figure> phase_figures(const Report& report);

/// Peak memory against the batch per rank.
std::vector<Figure> memory_figures(const Report& report);

/// Bus bandwidth of `scalemark comm`'s collectives against their size, a line per operation and file.
std::vector<Figure> collective_figures(const Report& report);

/// Raw samples, one figure per case, those of the most ranks first.
std::vector<Figure> sample_figures(const Report& report);

/// Loss against the step, and accuracy against the epoch where it was evaluated; one figure per number of ranks.
std::vector<Figure> training_figures(const Report& report);

/// Test accuracy against training time, and against epochs, with the target; one figure each, or one per technique
/// where the cases are many.
std::vector<Figure> target_figures(const Report& report);

/// Epochs to the target against the global batch.
std::vector<Figure> epochs_needed_figures(const Report& report);
/// What the parts of a job's start took, a bar per file.
std::vector<Figure> startup_figures(const Report& report);

/// Figures, and the table over which they stand: the one that holds their numbers.
struct FiguresOverTable {
  const char* table;  ///< its name
  std::vector<Figure> (*figures)(const Report&);
};

inline constexpr std::array kFigures{
    FiguresOverTable{"cases", key_sweep_figures},
    FiguresOverTable{"cases", batch_figures},
    FiguresOverTable{"one_change", change_figures},
    FiguresOverTable{"strong_scaling_fixed_data_set", fixed_data_set_figures},
    FiguresOverTable{"strong_scaling_fixed_global_batch", fixed_global_batch_figures},
    FiguresOverTable{"strong_scaling_fixed_global_batch", fixed_global_batch_efficiency_figures},
    FiguresOverTable{"weak_scaling", weak_scaling_figures},
    FiguresOverTable{"lost_speedup_fixed_batch_per_rank", lost_fixed_work_figures},
    FiguresOverTable{"lost_speedup_fixed_global_batch", lost_fixed_global_batch_figures},
    FiguresOverTable{"phases", phase_figures},
    FiguresOverTable{"collectives", collective_figures},
    FiguresOverTable{"memory", memory_figures},
    FiguresOverTable{"rank_times", sample_figures},
    FiguresOverTable{"time_to_accuracy", target_figures},
    FiguresOverTable{"time_to_accuracy", epochs_needed_figures},
    FiguresOverTable{"training", training_figures},
    FiguresOverTable{"startup", startup_figures}};

}  // namespace scalemark::report
