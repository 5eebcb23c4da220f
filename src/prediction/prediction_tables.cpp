#include <fmt/format.h>

#include <iterator>

#include "core/quantity_text.h"
#include "core/units.h"
#include "prediction/prediction.h"
#include "report/pages/documents.h"
#include "report/pages/markdown.h"
#include "report/tables/csv.h"

namespace scalemark::prediction {
namespace {

using report::interval_column;
using report::number_column;
using report::text_column;

report::Table scaling_table(analysis::ScalingKind kind) {
  const bool fixed_global = kind == analysis::ScalingKind::kFixedGlobalBatch;
  report::Table table;
  table.name = fixed_global ? "predicted_strong_scaling_fixed_global_batch" : "predicted_scaling_fixed_batch_per_rank";
  table.title =
      fixed_global ? "Predicted strong scaling: fixed global batch" : "Predicted scaling: fixed batch per rank";
  table.explanation =
      fixed_global ? "The global batch is held fixed, so that the batch per rank shrinks. Speed-up = step time of one "
                     "rank / step "
                     "time of n ranks."
                   : "The batch per rank is held fixed: strong scaling of a fixed data set (epochs shorten) and weak "
                     "scaling of a "
                     "step have by construction the same efficiency, step time of one rank / step time of n ranks.";
  table.explanation +=
      " Bands are 95 %: the repetitions' scatter and the validation's errors together. The last number is the "
      "bandwidth "
      "at which efficiency would be 90 %; without one, no bandwidth is enough.";
  table.if_empty = "Nothing could be predicted: no measured batch divides by the numbers of ranks asked for.";
  table.columns = {text_column("training", "training"),
                   number_column("ranks", "ranks"),
                   number_column("batch per rank", "batch_per_rank"),
                   number_column("global batch", "global_batch"),
                   interval_column("step time", "step_seconds", Unit::kSeconds),
                   interval_column("speed-up", "speedup", Unit::kRatio),
                   interval_column("efficiency", "efficiency", Unit::kFraction),
                   number_column("communication", "communication_seconds", Unit::kSeconds),
                   number_column("exposed", "exposed_seconds", Unit::kSeconds),
                   number_column("needed for 90 %", "needed_bytes_per_second", Unit::kBytesPerSecond),
                   text_column("remark", "remark")};
  return table;
}

std::vector<report::Cell> cells_of(const PredictedCase& one) {
  return {one.training,
          std::int64_t{one.key.ranks},
          one.key.batch_per_rank,
          one.key.global_batch,
          one.step_seconds,
          one.speedup,
          one.efficiency,
          one.communication_seconds,
          one.exposed_seconds,
          one.needed_bytes_per_second,
          std::string(one.extrapolated ? "batch per rank outside the measured ones" : "")};
}

report::Table limits_table(const Prediction& prediction) {
  report::Table table{
      "predicted_hiding_limits",
      "Where communication stops hiding",
      "The smallest power of two of ranks at which more than 1 % of the step is communication that backward does "
      "not hide; none: not up to 4096.",
      "",
      {text_column("training", "training"), number_column("batch per rank", "batch_per_rank"),
       text_column("ranks", "ranks")},
      {}};
  for (const auto& limit : prediction.limits) {
    table.rows.push_back(
        {limit.training, limit.batch_per_rank, limit.ranks == 0 ? "none" : fmt::format("{}", limit.ranks)});
  }
  return table;
}

report::Table validation_table(const Prediction& prediction) {
  report::Table table{
      "prediction_validation",
      "Predicted against measured",
      fmt::format("Every measured case of several ranks, predicted from the others over the fitted network. Root "
                  "mean square of the errors: {}; the bands above hold it.",
                  to_text(prediction.model_error, Unit::kFraction)),
      "",
      {text_column("case", "case"), number_column("ranks", "ranks"), number_column("batch per rank", "batch_per_rank"),
       number_column("measured", "measured_seconds", Unit::kSeconds),
       number_column("predicted", "predicted_seconds", Unit::kSeconds),
       number_column("error", "error", Unit::kFraction), text_column("predicted from", "source")},
      {}};
  for (const auto& one : prediction.validation) {
    table.rows.push_back({one.key.name, std::int64_t{one.key.ranks}, one.key.batch_per_rank, one.measured_seconds,
                          one.predicted_seconds, one.error(), one.source});
  }
  return table;
}

std::string level_text(const std::string& name, const LinkModel& link) {
  return fmt::format("{}: {} per message, {} per second", name, format_seconds(link.latency_seconds),
                     format_bytes(link.bytes_per_second));
}

bool is_finite(const LinkModel& link) {
  return std::isfinite(link.latency_seconds) && std::isfinite(link.bytes_per_second);
}

std::string level_yaml(const LinkModel& link) {
  return fmt::format("{{latency: {:.4f}us, bandwidth: {:.4f}MB/s}}", 1e6 * link.latency_seconds,
                     1e-6 * link.bytes_per_second);
}

/// The network in the form that --network reads, to be changed: what if the link between nodes were twice as fast?
std::string network_yaml(const NetworkModel& network) {
  return fmt::format("name: {}\nranks_per_node: {}\nintra_node: {}\ninter_node: {}\n",
                     network.name.empty() ? "measured" : network.name, network.ranks_per_node,
                     level_yaml(network.intra_node), level_yaml(network.inter_node));
}

}  // namespace

std::vector<report::Table> prediction_tables(const Prediction& prediction) {
  report::Table fixed_batch = scaling_table(analysis::ScalingKind::kFixedDataSet);
  report::Table fixed_global = scaling_table(analysis::ScalingKind::kFixedGlobalBatch);
  for (const auto& one : prediction.cases) {
    (one.kind == analysis::ScalingKind::kFixedGlobalBatch ? fixed_global : fixed_batch).rows.push_back(cells_of(one));
  }
  return {std::move(fixed_batch), std::move(fixed_global), limits_table(prediction), validation_table(prediction)};
}

std::string prediction_page(const Prediction& prediction) {
  const NetworkModel& network = prediction.network;
  std::string page =
      fmt::format("# Predicted scaling\n\nNetwork ({}), {} rank(s) per node:\n\n- {}\n- {}\n\n",
                  report::markdown_escaped(prediction.network_source), network.ranks_per_node,
                  level_text("inside a node", network.intra_node), level_text("between nodes", network.inter_node));
  for (const auto& note : prediction.notes) page += fmt::format("**{}**\n\n", note);
  for (const auto& table : prediction_tables(prediction)) page += report::markdown_table(table) + "\n";
  return page;
}

std::vector<std::filesystem::path> write_prediction(const Prediction& prediction, const std::filesystem::path& folder) {
  std::vector<report::Document> documents{{folder / "predict.md", prediction_page(prediction)}};
  for (const auto& table : prediction_tables(prediction)) {
    documents.push_back({folder / (table.name + ".csv"), report::csv_text(table)});
  }
  // Samples without a slope over the bytes give no bandwidth that a file could state.
  if (is_finite(prediction.network.intra_node) && is_finite(prediction.network.inter_node)) {
    documents.push_back({folder / "network.yaml", network_yaml(prediction.network)});
  }
  return report::write_documents(folder, documents);
}

}  // namespace scalemark::prediction
