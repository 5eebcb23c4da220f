#include "lab/read_template.h"

#include <gtest/gtest.h>

#include "lab/find_template.h"
#include "lab/small_lab.h"
#include "temporary_folder.h"

namespace scalemark::lab {
namespace {

const std::string kWhole =
    "title: Two cases\n"
    "introduction: >\n  What they\n  are for.\n"
    "published: figures.csv\n"
    "questions:\n"
    "  - id: Q1\n"
    "    question: Which is faster?\n"
    "    cases: [fast, 'gpus=2,not lost']\n"
    "    numbers: [step_mean_seconds, test_accuracy]\n"
    "    matrices: Epoch time\n"
    "    tables: [communication, one_change]\n"
    "    figures: weak_scaling\n"
    "    published: epoch\n"
    "    answers:\n"
    "      - 'Fast: {step_mean_seconds @ fast}.'\n";

LabTemplate parsed(const std::string& text) { return parse_template("two", "two.yaml", text); }

std::string fault_of(const std::string& text) {
  return refusal_of([&] { parsed(text); });
}

/// The template with one line in place of another.
std::string with_line(const std::string& line, const std::string& other) {
  std::string text = kWhole;
  const auto at = text.find(line);
  if (at == std::string::npos) throw std::logic_error("no line " + line);
  return text.replace(at, line.size(), other);
}

TEST(ReadTemplate, EveryKeyIsKept) {
  const LabTemplate read = parsed(kWhole);
  EXPECT_EQ(read.name, "two");
  EXPECT_EQ(read.title, "Two cases");
  EXPECT_EQ(read.introduction, "What they are for.");
  EXPECT_EQ(read.published_file, "figures.csv");
  ASSERT_EQ(read.questions.size(), 1u);
  const Question& question = read.questions[0];
  EXPECT_EQ(question.id, "Q1");
  EXPECT_EQ(question.text, "Which is faster?");
  ASSERT_EQ(question.cases.size(), 2u);
  EXPECT_EQ(question.cases[1].text(), "gpus=2,not lost");
  ASSERT_EQ(question.numbers.size(), 2u);
  EXPECT_EQ(question.numbers[1]->name, "test_accuracy");
  EXPECT_EQ(question.matrices, std::vector<std::string>{"Epoch time"});
  EXPECT_EQ(question.tables, (std::vector<std::string>{"communication", "one_change"}));
  EXPECT_EQ(question.figures, std::vector<std::string>{"weak_scaling"});
  EXPECT_EQ(question.published, std::vector<std::string>{"epoch"});
  EXPECT_EQ(question.answers.size(), 1u);
}

TEST(ReadTemplate, AFaultHasItsPlaceAndWhatIsAllowed) {
  EXPECT_EQ(fault_of(with_line("title: Two", "titel: Two")),
            "two.yaml:1:1: titel: unknown key; did you mean title?\ntwo.yaml:1:1: title: is missing");
  EXPECT_EQ(fault_of(with_line("    question: Which is faster?\n", "    question: Which?\n    chart: x\n")),
            "two.yaml:9:5: questions[0].chart: unknown key; allowed: id, question, cases, answers, numbers, matrices, "
            "tables, figures, published");
  EXPECT_EQ(fault_of(with_line("[communication, one_change]", "[communication, one_chnage]")),
            "two.yaml:12:29: questions[0].tables[1]: 'one_chnage' is no table; did you mean one_change?");
  EXPECT_EQ(fault_of(with_line("matrices: Epoch time", "matrices: Epoch times")),
            "two.yaml:11:15: questions[0].matrices: 'Epoch times' is no matrix; did you mean Epoch time?");
  EXPECT_EQ(fault_of(with_line("figures: weak_scaling", "figures: weak_scalling")),
            "two.yaml:13:14: questions[0].figures: 'weak_scalling' is no table that has figures; did you mean "
            "weak_scaling?");
  EXPECT_EQ(fault_of(with_line("published: epoch\n", "published: epoh\n")),
            "two.yaml:14:16: questions[0].published: 'epoh' is no published figure; did you mean epoch?");
  EXPECT_EQ(fault_of(with_line("test_accuracy]", "test_acc]")),
            "two.yaml:10:34: questions[0].numbers[1]: 'test_acc' is no quantity; docs/templates.md lists them");
  EXPECT_EQ(fault_of(with_line("{step_mean_seconds @ fast}", "{step_mean_second @ fast}")),
            "two.yaml:16:9: questions[0].answers[0]: 'step_mean_second' is no quantity; did you mean "
            "step_mean_seconds?");
}

TEST(ReadTemplate, WhatIsNoTemplateIsRefused) {
  EXPECT_EQ(fault_of("[1, 2]"),
            "two.yaml:1:1: a list is given; allowed: a map of title, introduction, published, questions");
  EXPECT_EQ(fault_of("title: a\nquestions: []\n"),
            "two.yaml:2:12: questions: a list is given; allowed: a list of 1 to 100 questions");
  EXPECT_EQ(fault_of("title: a\nquestions: [7]\n"),
            "two.yaml:2:13: questions[0]: 7 is given; allowed: a map of id, question, cases, answers, numbers, "
            "matrices, tables, figures, published");
  EXPECT_EQ(fault_of("title: a\nquestions: [{id: a, question: b}, {id: a, question: c}]\n"),
            "two.yaml:2:40: questions[1].id: a is the id of two questions; allowed: ids that differ");
  EXPECT_EQ(fault_of(kWhole + "title: again\n"), "two.yaml:17:1: title: is given twice; allowed: once");
  EXPECT_EQ(fault_of(with_line("id: Q1", "id: Q 1")),
            "two.yaml:7:9: questions[0].id: Q 1 is not allowed in a file's name; allowed: up to 64 letters, digits, "
            "'.', '_' and '-', not beginning with '.' or '-'");
  EXPECT_EQ(fault_of(with_line("figures.csv", "figures.h5")),
            "two.yaml:5:12: published: figures.h5 is no CSV file; allowed: the name of one, such as figures.csv");
}

TEST(ReadTemplate, ThePageIsCalledAfterTheFile) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "report.yaml";
  EXPECT_EQ(refusal_of([&] { read_template(path); }),
            path.string() +
                ": the page is called after the file, which may have letters, digits, '.', '_' and '-', and "
                "may not be 'report'");
}

TEST(FindTemplate, ANameIsLookedForInTheFoldersAndAPathIsTaken) {
  const TemporaryFolder first, second;
  second.write("lab.yaml", "x");
  second.write("notes.txt", "x");
  const Folders folders{first.path(), second.path(), "/nowhere"};
  EXPECT_EQ(find_template("lab", folders), second.path() / "lab.yaml");
  EXPECT_EQ(find_template("other", folders), std::nullopt);
  EXPECT_EQ(find_template("my/lab", folders), "my/lab");
  EXPECT_EQ(find_template("lab.yaml", folders), "lab.yaml");
  EXPECT_EQ(template_names(folders), std::vector<std::string>{"lab"});
}

TEST(FindTemplate, AConfigNamesItsTemplateAndAStrangerNoPath) {
  const auto named = [](const std::string& config) {
    results::ResultFile file;
    file.provenance.config = config;
    return template_of(file);
  };
  EXPECT_EQ(named("name: a\ntemplate: hpml-lab5\nmodel: resnet10\n"), "hpml-lab5");
  EXPECT_EQ(named("template: lab"), "lab");
  EXPECT_EQ(named("name: a\ntemplate: none\n"), "");
  EXPECT_EQ(named("name: a\n"), "");
  EXPECT_EQ(named("name: a\ntemplate: ../../etc/secret\n"), "");
  EXPECT_EQ(named("name: a\ntemplate: report\n"), "");
  EXPECT_EQ(named("name: a\ntemplate: a b\n"), "");
}

}  // namespace
}  // namespace scalemark::lab
