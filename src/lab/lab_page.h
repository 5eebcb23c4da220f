#pragma once

#include <string>
#include <utility>
#include <vector>

#include "lab/lab_answers.h"
#include "report/report.h"

namespace scalemark::lab {

/// Answers to a template's questions, before any formatting.
struct LabPage {
  std::string name;  ///< of the files that it is written to
  std::string title;
  std::string introduction;
  std::vector<std::pair<std::string, std::string>> facts;  ///< name and value of what was measured, on what and when
  std::vector<Answer> answers;
  std::vector<std::string> notes;  ///< about the files, and what of the template could not be found
};

/// `notes` stand before those of the report. Numbers and published figures are of `report`; tables, matrices and
/// figures of `shown`, the same results, where no published ones need to stand in each legend.
LabPage lab_page(const LabTemplate& questions, const analysis::Report& report, const analysis::Report& shown,
                 const std::vector<std::string>& notes);

inline LabPage lab_page(const LabTemplate& questions, const analysis::Report& report,
                        const std::vector<std::string>& notes) {
  return lab_page(questions, report, report, notes);
}

/// One page in XML's syntax like report.html, and with a link to it.
std::string lab_html(const LabPage& page);

std::string lab_markdown(const LabPage& page);

/// The page as one that is written beside the report.
report::PageBeside page_beside(const LabPage& page);

}  // namespace scalemark::lab
