#include "lab/lab_page.h"

#include "report/pages/header.h"
#include "report/sections.h"

namespace scalemark::lab {

LabPage lab_page(const LabTemplate& questions, const analysis::Report& report, const analysis::Report& shown,
                 const std::vector<std::string>& notes) {
  LabPage page{questions.name, questions.title, questions.introduction, report::header_facts(report), {}, notes};
  page.answers = answers_of(questions, CaseNumbers(report), report::sections_of(shown));
  page.notes.insert(page.notes.end(), report.notes.begin(), report.notes.end());
  return page;
}

report::PageBeside page_beside(const LabPage& page) {
  return {page.name, page.title, lab_html(page), lab_markdown(page)};
}

}  // namespace scalemark::lab
