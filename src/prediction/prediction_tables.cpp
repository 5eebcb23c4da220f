#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "core/quantity_text.h"
#include "prediction/network_text.h"
#include "prediction/prediction.h"
#include "report/pages/documents.h"
#include "report/pages/markdown.h"
#include "report/tables/columns.h"
#include "report/tables/csv.h"

namespace scalemark::prediction {
namespace {

using report::Columns;
using report::Section;

std::string remark_of(const PredictedCase& one) {
  if (!one.withheld.empty()) return "withheld: " + one.withheld;
  std::vector<std::string> remarks;
  if (std::isnan(one.step_seconds.high)) remarks.emplace_back("one repetition: no band");
  if (one.as_on_one_host) remarks.emplace_back("as if one host held all ranks");
  if (one.extrapolated) remarks.emplace_back("batch per rank outside the measured ones");
  return fmt::format("{}", fmt::join(remarks, "; "));
}

Columns<PredictedCase> predicted_columns() {
  Columns<PredictedCase> columns;
  columns.text("training", "training", &PredictedCase::training)
      .count("ranks", "ranks", [](const PredictedCase& one) { return one.key.ranks; })
      .count("batch per rank", "batch_per_rank", [](const PredictedCase& one) { return one.key.batch_per_rank; })
      .count("global batch", "global_batch", [](const PredictedCase& one) { return one.key.global_batch; })
      .interval("step time", "step_seconds", Unit::kSeconds, &PredictedCase::step_seconds)
      .interval("speed-up", "speedup", Unit::kRatio, &PredictedCase::speedup)
      .interval("efficiency", "efficiency", Unit::kFraction, &PredictedCase::efficiency)
      .number("communication", "communication_seconds", Unit::kSeconds, &PredictedCase::communication_seconds)
      .number("exposed", "exposed_seconds", Unit::kSeconds, &PredictedCase::exposed_seconds)
      .number("needed for 90 %", "needed_bytes_per_second", Unit::kBytesPerSecond,
              &PredictedCase::needed_bytes_per_second)
      .text("remark", "remark", remark_of);
  return columns;
}

report::Table predicted_table(const std::string& name, analysis::ScalingKind kind, const Prediction& prediction) {
  std::vector<PredictedCase> shown;
  std::copy_if(prediction.cases.begin(), prediction.cases.end(), std::back_inserter(shown),
               [kind](const PredictedCase& one) { return one.kind == kind; });
  return predicted_columns().table(
      name, "Nothing could be predicted: no measured batch divides by the numbers of ranks asked for.", shown);
}

constexpr const char* kBands =
    " Bands are 95 %: the scatter of the repetitions and of the ranks, what is unknown of the network, and the model's "
    "own error, which grows with the distance from the measured counts. The last number is the bandwidth at which "
    "efficiency would be 90 %; if there is none, no bandwidth is enough.";

Section fixed_batch_section(const Prediction& prediction) {
  return {"Predicted scaling: fixed batch per rank",
          std::string("The batch per rank is held fixed: strong scaling of a fixed data set (epochs shorten) and weak "
                      "scaling of a step have by construction the same efficiency, step time of one rank / step time "
                      "of n ranks.") +
              kBands,
          predicted_table("predicted_scaling_fixed_batch_per_rank", analysis::ScalingKind::kFixedDataSet, prediction)};
}

Section fixed_global_batch_section(const Prediction& prediction) {
  return {"Predicted strong scaling: fixed global batch",
          std::string("The global batch is held fixed, so that the batch per rank shrinks. Speed-up = step time of one "
                      "rank / step time of n ranks.") +
              kBands,
          predicted_table("predicted_strong_scaling_fixed_global_batch", analysis::ScalingKind::kFixedGlobalBatch,
                          prediction)};
}

Section limits_section(const Prediction& prediction) {
  Columns<HidingLimit> columns;
  columns.text("training", "training", &HidingLimit::training)
      .count("batch per rank", "batch_per_rank", &HidingLimit::batch_per_rank)
      .text("ranks", "ranks", [](const HidingLimit& limit) {
        return limit.ranks == 0 ? fmt::format("none up to {}", limit.furthest) : fmt::format("{}", limit.ranks);
      });
  return {"Where communication stops hiding",
          "The smallest power of two of ranks at which more than 1 % of the step is communication that backward does "
          "not hide.",
          columns.table("predicted_hiding_limits", "", prediction.limits)};
}

Section validation_section(const Prediction& prediction) {
  Columns<Validation> columns;
  columns.text("case", "case", [](const Validation& one) { return one.key.name; })
      .count("ranks", "ranks", [](const Validation& one) { return one.key.ranks; })
      .count("batch per rank", "batch_per_rank", [](const Validation& one) { return one.key.batch_per_rank; })
      .number("measured", "measured_seconds", Unit::kSeconds, &Validation::measured_seconds)
      .number("predicted", "predicted_seconds", Unit::kSeconds, &Validation::predicted_seconds)
      .number("error", "error", Unit::kFraction, &Validation::error)
      .text("predicted from", "source", &Validation::source);
  return {"Predicted against measured",
          fmt::format("Every measured case of several ranks, predicted from the other cases over the fitted network. "
                      "Root mean square of the errors: {}; the bands above include it.",
                      to_text(root_mean_square_error(prediction.validation), Unit::kFraction)),
          columns.table("prediction_validation", "", prediction.validation)};
}

}  // namespace

std::vector<Section> prediction_sections(const Prediction& prediction) {
  return {fixed_batch_section(prediction), fixed_global_batch_section(prediction), limits_section(prediction),
          validation_section(prediction)};
}

std::string prediction_page(const Prediction& prediction) {
  std::string page = fmt::format("# Predicted scaling\n\nNetwork ({}), {} rank(s) per node:\n\n{}\n",
                                 report::markdown_escaped(prediction.network_source), prediction.network.ranks_per_node,
                                 network_page(prediction.network));
  for (const auto& note : prediction.notes) page += fmt::format("**{}**\n\n", note);
  for (const auto& section : prediction_sections(prediction)) page += report::markdown_section(section) + "\n";
  return page;
}

std::vector<std::filesystem::path> write_prediction(const Prediction& prediction, const std::filesystem::path& folder) {
  std::vector<report::Document> documents{{folder / "predict.md", prediction_page(prediction)}};
  for (const auto& section : prediction_sections(prediction)) {
    documents.push_back({folder / (section.table.name + ".csv"), report::csv_text(section.table)});
  }
  documents.push_back({folder / "network.yaml", network_yaml(prediction.network)});
  return report::write_documents(folder, documents);
}

}  // namespace scalemark::prediction
