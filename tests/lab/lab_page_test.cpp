#include "lab/lab_page.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "analysis/synthetic_sweep.h"
#include "lab/read_template.h"
#include "lab/small_lab.h"
#include "published/import_figures.h"
#include "report/markup_check.h"
#include "report/pages/markdown.h"
#include "source_tree.h"
#include "temporary_folder.h"

namespace scalemark::lab {
namespace {

using analysis::contains;

const std::string kQuestions =
    "title: A small lab\n"
    "introduction: Four cases.\n"
    "questions:\n"
    "  - id: C1\n"
    "    question: Which is faster?\n"
    "    cases: gpus=1\n"
    "    numbers: [step_mean_seconds, images_per_second, joules_per_image]\n"
    "    answers: ['slow takes {step_mean_seconds @ slow / step_mean_seconds @ fast} times as long.']\n"
    "  - id: C2\n"
    "    question: Which learns?\n"
    "    cases: [slow, wide]\n"
    "    numbers: test_accuracy\n"
    "    answers: ['{test_accuracy @ slow}']\n"
    "  - id: C3\n"
    "    question: What of two ranks?\n"
    "    cases: [fast, wide, lost]\n"
    "    numbers: [epoch_seconds, model]\n"
    "    matrices: [Epoch time, Bus bandwidth]\n"
    "    tables: [weak_scaling, communication]\n"
    "  - id: C4\n"
    "    question: What of a case that is not there?\n"
    "    cases: [gone, 'gpus=64']\n"
    "    answers: ['{epoch_seconds}']\n"
    "    published: time per batch\n"
    "  - id: C5\n"
    "    question: What was published?\n"
    "    published: [epoch, time per batch]\n";

LabPage page_of(const analysis::Report& report) {
  return lab_page(parse_template("small", "small.yaml", kQuestions), report, {"a note"});
}

const Answer& answer_of(const LabPage& page, const std::string& id) {
  return *std::ranges::find(page.answers, id, &Answer::id);
}

using Texts = std::vector<std::string>;

TEST(LabPage, AQuestionHasItsSentencesAndTheNumbersOfItsCases) {
  const LabPage page = page_of(small_lab());
  const Answer& answer = answer_of(page, "C1");
  EXPECT_EQ(answer.sentences, Texts{"slow takes 4.00 times as long."});
  EXPECT_EQ(answer.gaps, Texts{"Not measured: energy per image (GPUs that count their energy)."});
  ASSERT_EQ(answer.tables.size(), 1u);
  EXPECT_EQ(report::markdown_table(answer.tables[0].table),
            "| case | step | images/s |\n| --- | ---: | ---: |\n| fast | 1.00 s | 10.0 |\n| slow | 4.00 s | 2.50 |\n");
}

TEST(LabPage, WhatWasNotMeasuredTakesThePlaceOfItsSentence) {
  const LabPage page = page_of(small_lab());
  const Answer& answer = answer_of(page, "C2");
  EXPECT_TRUE(answer.sentences.empty());
  EXPECT_TRUE(answer.tables.empty());
  EXPECT_EQ(answer.gaps, Texts{"Not measured: test accuracy of slow (measure.evaluate: true)."});
  EXPECT_EQ(answer_of(page, "C4").gaps, Texts{"These files hold no case 'gone' or 'gpus=64'."});
}

TEST(LabPage, MatricesFiguresAndTablesAreThoseOfTheReport) {
  const LabPage page = page_of(small_lab());
  const Answer& answer = answer_of(page, "C3");
  ASSERT_EQ(answer.matrices.size(), 1u);
  EXPECT_EQ(answer.matrices[0].quantity, "Epoch time");
  ASSERT_EQ(answer.tables.size(), 2u);
  EXPECT_EQ(report::markdown_table(answer.tables[0].table),
            "| case | epoch | model |\n| --- | ---: | --- |\n| fast | 100 s | resnet10 |\n| wide | 50.0 s | resnet10 "
            "|\n| lost | "
            "oom | resnet10 |\n");
  EXPECT_EQ(answer.tables[1].table.rows.size(), 2u) << "slow is not among the cases";
  EXPECT_EQ(answer.gaps, Texts{"Not measured: the table communication (measure.arms: comm_only, on two ranks)."});
}

TEST(LabPage, PublishedFiguresStandBesideTheMeasuredOnes) {
  const auto published = published::import_text(
      "paper.csv",
      "# source: a paper\nlabel,model,ranks,batch_per_rank,step_seconds,epoch_seconds,images,device,case\n"
      "fast,resnet10,1,10,0.5,40,1000,V100,one\ngone,resnet10,1,10,0.25,,1000,V100,two\n");
  const analysis::Report report = analysis::build_report({small_lab_file(), published});
  const LabPage page = page_of(report);
  const Answer& answer = answer_of(page, "C5");
  ASSERT_EQ(answer.tables.size(), 1u);
  const std::string text = report::markdown_table(answer.tables[0].table);
  EXPECT_TRUE(contains(text, "| epoch | 40.0 s | V100 | 100 s |")) << text;
  EXPECT_TRUE(contains(text, "| time per batch | 500 ms | V100 | 1.00 s |")) << text;
  EXPECT_TRUE(contains(text, "| time per batch | 250 ms | V100 | \u2013 |")) << text;
  EXPECT_EQ(answer_of(page, "C4").tables.size(), 1u) << "the published one of the cases that were not measured";
  const CaseNumbers numbers(report);
  EXPECT_EQ(say(parse_sentence("{published epoch @ fast}, {epoch_seconds @ fast / published epoch @ fast}"), numbers,
                numbers.cases)
                .text,
            "40.0 s, 2.50");
  EXPECT_TRUE(answer_of(page_of(small_lab()), "C5").tables.empty());
}

TEST(LabPage, TheHtmlIsWellFormedAndLinksToTheReport) {
  const std::string html = lab_html(page_of(small_lab()));
  EXPECT_EQ(report::check_markup(html).fault, "");
  EXPECT_TRUE(contains(html, "<a href=\"report.html\">"));
  EXPECT_TRUE(contains(html, "<section id=\"question-C1\" class=\"lab\"><h2>C1: Which is faster?</h2>"));
  EXPECT_TRUE(contains(html, "<p class=\"answer\">slow takes 4.00 times as long.</p>"));
  EXPECT_TRUE(contains(html, "a note"));
}

TEST(LabPage, NoTextOfAFileOrATemplateIsMarkup) {
  const analysis::Report report = analysis::build_report({analysis::hostile_file()});
  const LabTemplate questions = parse_template("small", "small.yaml",
                                               "title: '<b>&'\nintroduction: '<script>'\nquestions:\n  - {id: C1, "
                                               "question: '<i>', numbers: [case, model, step_seconds], "
                                               "tables: weak_scaling, answers: '<u> {case}'}\n");
  const LabPage page = lab_page(questions, report, {});
  const std::string html = lab_html(page);
  const auto markup = report::check_markup(html);
  EXPECT_EQ(markup.fault, "");
  for (const char* name : {"script", "b", "i", "u", "onload"})
    EXPECT_EQ(std::ranges::count(markup.names, name), 0) << name;
  EXPECT_FALSE(contains(lab_markdown(page), " <script"));
}

TEST(LabPage, TheReportIsWrittenWithThePageBesideItAndALinkToIt) {
  const TemporaryFolder folder;
  const auto report = small_lab();
  report::ReportOptions options{.output = folder.path() / "out", .csv = false};
  options.pages_beside = {page_beside(page_of(report))};
  const auto written = report::write_report(report, options);
  Texts names;
  for (const auto& path : written) names.push_back(path.filename().string());
  EXPECT_EQ(names, (Texts{"report.html", "report.md", "small.html", "small.md"}));
  EXPECT_TRUE(contains(file_content(folder.path() / "out/report.html"), "<a href=\"small.html\">A small lab</a>"));
  EXPECT_TRUE(contains(file_content(folder.path() / "out/report.md"), "[A small lab](small.md)"));
  EXPECT_TRUE(contains(file_content(folder.path() / "out/small.md"), "## C1: Which is faster?"));
}

TEST(LabPage, Lab5IsAnsweredFromItsSweep) {
  const auto questions = read_template(std::filesystem::path(source_tree()) / "configs/templates/hpml-lab5.yaml");
  const LabPage page = lab_page(questions, analysis::build_report({analysis::SyntheticSweep().lab5()}), {});
  ASSERT_EQ(page.answers.size(), 6u);
  for (const auto& answer : page.answers) {
    EXPECT_FALSE(answer.sentences.empty()) << answer.id << ": " << (answer.gaps.empty() ? "" : answer.gaps[0]);
    EXPECT_FALSE(answer.tables.empty() && answer.matrices.empty()) << answer.id;
  }
  // The sweep ends with an accuracy of 0.84 in either case.
  EXPECT_EQ(answer_of(page, "Q4").sentences[0],
            "With 8,192 images per step the test accuracy is 84.0 %, with 128 it is 84.0 %: a difference of 0.0 %.");
  ASSERT_EQ(answer_of(page, "Q3.2").gaps.size(), 1u);
  EXPECT_TRUE(contains(answer_of(page, "Q3.2").gaps[0], "(measure.arms: comm_only, on GPUs that links join)"));
  EXPECT_FALSE(answer_of(page, "Q2.1").figures.empty());
  EXPECT_TRUE(contains(lab_html(page), "<figure id=\"figure-Q2.1-1\">"));
}

}  // namespace
}  // namespace scalemark::lab
