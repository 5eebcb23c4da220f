#include "lab/lab_answers.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <variant>

#include "report/tables/columns.h"
#include "report/tables/tables.h"

namespace scalemark::lab {
namespace {

using analysis::CaseLine;
using report::Cell;
using report::Section;
using report::Table;

/// Those of `from` that the question is about, in their order.
Cases cases_of(const Question& question, const CaseNumbers& numbers, const Cases& from) {
  if (question.cases.empty()) return from;
  std::set<const CaseLine*> chosen;
  for (const auto& selector : question.cases) {
    const Cases kept = selector.select(numbers, from);
    chosen.insert(kept.begin(), kept.end());
  }
  Cases cases;
  std::ranges::copy_if(from, std::back_inserter(cases),
                       [&chosen](const CaseLine* line) { return chosen.contains(line); });
  return cases;
}

/// Fills the answer to one question.
class Answering {
 public:
  Answering(const Question& question, const CaseNumbers& numbers, const std::vector<Section>& sections)
      : question_(question),
        numbers_(numbers),
        sections_(sections),
        cases_(cases_of(question, numbers, numbers.cases)) {
    for (const auto* line : cases_) names_.insert(line->key.name);
  }

  Answer answer() {
    answer_ = {question_.id, question_.text, {}, {}, {}, {}, {}};
    if (cases_.empty()) {
      answer_.gaps.push_back(fmt::format("These files hold no case '{}'.", wanted_cases()));
    } else {
      say_sentences();
      add_numbers();
      add_matrices();
      add_figures();
      for (const auto& name : question_.tables) add_table(name);
    }
    if (!missing_.empty()) answer_.gaps.push_back(fmt::format("Not measured: {}.", fmt::join(missing_, "; ")));
    if (!question_.published.empty()) add_published();
    return std::move(answer_);
  }

 private:
  std::string wanted_cases() const {
    std::vector<std::string> texts;
    for (const auto& selector : question_.cases) texts.push_back(selector.text());
    return texts.empty() ? "that was measured" : fmt::format("{}", fmt::join(texts, "' or '"));
  }

  /// Said once, all together.
  void add_missing(const std::vector<std::string>& missing) {
    for (const auto& one : missing) {
      if (std::ranges::find(missing_, one) == missing_.end()) missing_.push_back(one);
    }
  }

  /// A sentence that lacks a number says nothing: what it lacks stands in its place.
  void say_sentences() {
    for (const auto& sentence : question_.answers) {
      Said said = say(sentence, numbers_, cases_);
      add_missing(said.missing);
      if (said.missing.empty()) answer_.sentences.push_back(std::move(said.text));
    }
  }

  Cell number_cell(const CaseQuantity& quantity, const CaseLine& line) const {
    Cell cell = quantity.of(numbers_, line);
    const bool failed = line.row.status != results::CaseStatus::kOk;
    return failed && is_blank(cell) ? Cell{std::string(results::status_text(line.row))} : cell;
  }

  bool is_blank_everywhere(const CaseQuantity& quantity) const {
    return std::ranges::all_of(cases_, [&](const auto* line) { return is_blank(quantity.of(numbers_, *line)); });
  }

  bool is_text(const CaseQuantity& quantity) const {
    return std::ranges::any_of(
        cases_, [&](const auto* line) { return std::holds_alternative<std::string>(quantity.of(numbers_, *line)); });
  }

  /// Unless a sentence has said so of its cases.
  void add_missing_column(const CaseQuantity& quantity) {
    const bool is_said =
        std::ranges::any_of(missing_, [&](const std::string& one) { return one.starts_with(quantity.title + " of "); });
    if (!is_said) add_missing({quantity_and_need(quantity)});
  }

  void add_numbers() {
    report::Columns<const CaseLine*> columns;
    columns.text("case", "case", [](const CaseLine* const& line) { return line->key.name; });
    bool has_numbers = false;
    for (const auto* quantity : question_.numbers) {
      if (is_blank_everywhere(*quantity)) {
        add_missing_column(*quantity);
        continue;
      }
      const auto kind = is_text(*quantity) ? report::ColumnKind::kText : report::ColumnKind::kNumber;
      columns.add({quantity->title, quantity->name, quantity->unit, kind},
                  [this, quantity](const CaseLine* const& line) { return number_cell(*quantity, *line); });
      has_numbers = true;
    }
    if (has_numbers) answer_.tables.push_back({"The numbers", "", columns.table("", "", cases_)});
  }

  void add_matrices() {
    for (const auto& section : sections_) {
      for (const auto& matrix : section.matrices) {
        if (std::ranges::find(question_.matrices, matrix.quantity) != question_.matrices.end())
          answer_.matrices.push_back(matrix);
      }
    }
    if (question_.matrices.empty() || !answer_.matrices.empty()) return;
    add_missing({fmt::format("{} by batch and GPUs (two values of gpus at one batch_size)",
                             fmt::join(question_.matrices, ", "))});
  }

  void add_figures() {
    for (const auto& section : sections_) {
      if (std::ranges::find(question_.figures, section.table.name) == question_.figures.end()) continue;
      answer_.figures.insert(answer_.figures.end(), section.figures.begin(), section.figures.end());
    }
  }

  const Section* section_of(const std::string& name) const {
    const auto found = std::ranges::find(sections_, name, [](const Section& section) { return section.table.name; });
    return found == sections_.end() ? nullptr : &*found;
  }

  void add_table(const std::string& name) {
    const Section* section = section_of(name);
    Table table = section == nullptr ? Table{} : of_cases(section->table);
    if (table.rows.empty()) {
      const std::string needs =
          section == nullptr || section->measured_by.empty() ? "" : fmt::format(" ({})", section->measured_by);
      return add_missing({fmt::format("the table {}{}", name, needs)});
    }
    answer_.tables.push_back({section->title.empty() ? name : section->title, section->note, std::move(table)});
  }

  /// Published figures of the question's cases, and of published cases like them that were not measured.
  void add_published() {
    Cases published;
    for (const auto& line : numbers_.report.cases) {
      if (line.published) published.push_back(&line);
    }
    std::set<std::string> asked;
    for (const auto* line : cases_of(question_, numbers_, published)) asked.insert(line->key.name);
    std::vector<analysis::PublishedBeside> beside;
    for (const auto& pair : numbers_.report.published) {
      const bool is_case = pair.measured_name.empty() ? asked.contains(pair.name) : names_.contains(pair.measured_name);
      if (is_case && std::ranges::find(question_.published, pair.figure) != question_.published.end())
        beside.push_back(pair);
    }
    if (beside.empty()) return;
    const Section section = report::published_section(beside);
    answer_.tables.push_back({section.title, section.note, section.table});
  }

  /// The rows of the question's cases; a table whose rows are no cases stays whole.
  Table of_cases(const Table& whole) const {
    if (question_.cases.empty()) return whole;
    Table table = whole;
    table.long_rows = nullptr;
    table.rows.clear();
    table.remarks.clear();
    for (std::size_t row = 0; row < whole.rows.size(); ++row) {
      if (!is_of_cases(whole, row)) continue;
      for (const auto& remark : whole.remarks) {
        if (remark.row == row) table.remarks.push_back({table.rows.size(), remark.column, remark.text});
      }
      table.rows.push_back(whole.rows[row]);
    }
    return table;
  }

  bool is_of_cases(const Table& table, std::size_t row) const {
    for (std::size_t column = 0; column < table.columns.size(); ++column) {
      const std::string& name = table.columns[column].csv_name;
      if (name != "case" && name != "case_with" && name != "case_without") continue;
      const auto* text = std::get_if<std::string>(&table.rows[row][column]);
      if (text == nullptr || !names_.contains(*text)) return false;
    }
    return true;
  }

  const Question& question_;
  const CaseNumbers& numbers_;
  const std::vector<Section>& sections_;
  Cases cases_;
  std::set<std::string> names_;
  std::vector<std::string> missing_;
  Answer answer_;
};

}  // namespace

std::vector<Answer> answers_of(const LabTemplate& questions, const CaseNumbers& numbers,
                               const std::vector<report::Section>& sections) {
  std::vector<Answer> answers;
  for (const auto& question : questions.questions) answers.push_back(Answering(question, numbers, sections).answer());
  return answers;
}

}  // namespace scalemark::lab
