#include "report/tables/tables.h"

#include <fmt/format.h>

#include <iterator>
#include <map>
#include <sstream>

namespace scalemark::report {
namespace {

Table memory_table(const std::vector<analysis::MemoryUse>& memory) {
  Table table{"memory",
              "Memory per rank",
              "Peak memory of the ranks with the highest and the lowest peak; ranks.csv holds every rank.",
              "No peak memory was measured.",
              key_columns(),
              {}};
  table.columns.push_back(number_column("highest peak", "highest_peak_memory_bytes", Unit::kBytes));
  table.columns.push_back(number_column("on rank", "highest_peak_rank"));
  table.columns.push_back(number_column("lowest peak", "lowest_peak_memory_bytes", Unit::kBytes));
  for (const auto& use : memory) {
    std::vector<Cell> cells = key_cells(use.key);
    cells.emplace_back(use.highest_bytes);
    cells.emplace_back(std::int64_t{use.highest_rank});
    cells.emplace_back(use.lowest_bytes);
    table.rows.push_back(std::move(cells));
  }
  return table;
}

Table training_table(const analysis::Report& report) {
  Table table{"training",
              "Training",
              "Loss of the first and the last step of the full arm's first repetition, warm-up included, as the mean "
              "over ranks; accuracy where it was evaluated.",
              "No case holds a loss.",
              key_columns(),
              {}};
  table.columns.push_back(number_column("first loss", "first_loss"));
  table.columns.push_back(number_column("last loss", "final_loss"));
  table.columns.push_back(number_column("training accuracy", "train_accuracy_fraction", Unit::kFraction));
  table.columns.push_back(number_column("test accuracy", "test_accuracy_fraction", Unit::kFraction));
  for (const auto& line : report.cases) {
    if (line.row.status != results::CaseStatus::kOk) continue;
    std::vector<Cell> cells = key_cells(line.key);
    for (const double value : {line.first_loss, line.row.final_loss, line.row.train_accuracy, line.row.test_accuracy}) {
      cells.emplace_back(value);
    }
    table.rows.push_back(std::move(cells));
  }
  return table;
}

Table flag_table(const std::vector<analysis::ValidityFlag>& flags) {
  Table table{"validity", "Validity", analysis::stability_criteria(), "No case is flagged.", key_columns(), {}};
  table.columns.push_back(text_column("flag", "flag"));
  table.columns.push_back(text_column("finding", "finding"));
  for (const auto& flag : flags) {
    std::vector<Cell> cells = key_cells(flag.key);
    cells.emplace_back(flag.kind);
    cells.emplace_back(flag.text);
    table.rows.push_back(std::move(cells));
  }
  return table;
}

/// "2 x NVIDIA H100, GPU-1234": equal lines are counted.
void add_counted(Table& table, const std::string& file, const std::string& item,
                 const std::vector<std::string>& lines) {
  std::map<std::string, int> count;
  for (const auto& line : lines) ++count[line];
  for (const auto& [line, times] : count) {
    table.rows.push_back({file, item, times == 1 ? line : fmt::format("{} ranks: {}", times, line)});
  }
}

void add_provenance(Table& table, const std::string& file, const results::ResultFile& held) {
  const results::Provenance& provenance = held.provenance;
  const auto add = [&](const std::string& item, const std::string& value) {
    if (!value.empty()) table.rows.push_back({file, item, value});
  };
  add("title", held.title);
  add("institution", held.institution);
  add("source", held.source);
  add("created", held.created);
  std::istringstream history(held.history);
  for (std::string line; std::getline(history, line);) add("history", line);
  add("command", provenance.command_line);
  add("software version", held.software_version);
  add("git commit", held.git_commit);
  for (const auto& [name, version] : provenance.versions) {
    if (name != "scalemark") add("version of " + name, version);
  }
  add_counted(table, file, "host", provenance.hosts);
  add_counted(table, file, "device", provenance.devices);
  add("topology", provenance.topology);
  for (const auto& [name, value] : provenance.environment) add("environment " + name, value);
}

Table provenance_table(const std::vector<results::ResultFile>& files) {
  Table table{"provenance",
              "Environment and provenance",
              "Where the numbers come from, file by file.",
              "No file was read.",
              {},
              {}};
  table.columns = {text_column("file", "file"), text_column("item", "item"), text_column("value", "value")};
  for (std::size_t index = 0; index < files.size(); ++index)
    add_provenance(table, analysis::file_name(index), files[index]);
  return table;
}

}  // namespace

std::map<std::string, std::string> flag_kinds(const analysis::Report& report) {
  std::map<std::string, std::string> kinds;
  for (const auto& flag : report.flags) {
    std::string& text = kinds[flag.key.name];
    text += (text.empty() ? "" : ", ") + flag.kind;
  }
  return kinds;
}

std::vector<Column> key_columns() {
  return {text_column("case", "case"), number_column("ranks", "ranks"),
          number_column("batch per rank", "batch_per_rank"), number_column("global batch", "global_batch")};
}

Cell batch_cell(std::int64_t batch) { return batch == 0 ? Cell{} : Cell{batch}; }

std::vector<Cell> key_cells(const analysis::CaseKey& key) {
  return {key.name, std::int64_t{key.ranks}, batch_cell(key.batch_per_rank), batch_cell(key.global_batch)};
}

std::vector<Table> tables_of(const analysis::Report& report) {
  std::vector<Table> tables{case_table(report)};
  if (!report.published.empty()) tables.push_back(published_table(report.published));
  for (auto table : {scaling_table(analysis::ScalingKind::kFixedDataSet, report.fixed_data_set),
                     scaling_table(analysis::ScalingKind::kFixedGlobalBatch, report.fixed_global_batch),
                     scaling_table(analysis::ScalingKind::kFixedWorkPerRank, report.fixed_work)}) {
    tables.push_back(std::move(table));
  }
  tables.push_back(lost_speedup_table(analysis::ScalingKind::kFixedWorkPerRank, report.lost_fixed_work));
  tables.push_back(lost_speedup_table(analysis::ScalingKind::kFixedGlobalBatch, report.lost_fixed_global_batch));
  tables.push_back(advice_table(report.advice));
  if (!report.one_changes.empty()) tables.push_back(one_change_table(report.one_changes));
  if (!report.worker_choices.empty()) tables.push_back(worker_table(report.worker_choices));
  for (auto& table : breakdown_tables(report)) tables.push_back(std::move(table));
  tables.push_back(epoch_table(report.cases));
  tables.push_back(roofline_table(report.cases));
  tables.push_back(memory_table(report.memory));
  if (!report.energy.empty()) tables.push_back(energy_table(report.energy));
  if (!report.largest_batches.empty()) tables.push_back(largest_batch_table(report.largest_batches));
  tables.push_back(rank_table(report));
  tables.push_back(rank_time_table(report.samples));
  tables.push_back(rank_finding_table(report.rank_findings));
  tables.push_back(training_table(report));
  tables.push_back(loss_table(report.curves));
  tables.push_back(flag_table(report.flags));
  tables.push_back(provenance_table(report.files));
  return tables;
}

}  // namespace scalemark::report
